/* "sayso/react", "sayso/vue" and "sayso/svelte" are types, and no code. */
export {};
