import type {} from "sayso/vue";
import { createApp } from "vue";
import { createRouter, createWebHistory } from "vue-router";
import App from "./App.vue";
import Article from "./Article.vue";
import Help from "./Help.vue";

const routes = [
  { path: "/", component: Article, props: { name: "first" } },
  { path: "/articles/:name", component: Article, props: true },
  { path: "/help", component: Help },
];
const router = createRouter({ history: createWebHistory(import.meta.env.BASE_URL), routes });

createApp(App).use(router).mount("#app");
