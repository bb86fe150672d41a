import { svelte } from "@sveltejs/vite-plugin-svelte";

export default { base: "/svelte/", plugins: [svelte()] };
