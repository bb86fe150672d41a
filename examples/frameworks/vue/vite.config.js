import vue from "@vitejs/plugin-vue";

// Else Vue looks for a component with this name.
const isCustomElement = (tag) => tag == "sayso-survey";

export default {
  base: "/vue/",
  plugins: [vue({ template: { compilerOptions: { isCustomElement } } })],
};
