// tsc, which checks the tests, cannot read components; vue-tsc checks them in their own project.
declare module '*.vue' {
  import type { Component } from 'vue';

  const component: Component;
  export default component;
}
