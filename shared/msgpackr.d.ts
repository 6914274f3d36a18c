// The package types its main entry only; this one is the same code without `new Function`.
declare module 'msgpackr/index-no-eval' {
  export { Packr } from 'msgpackr';
}
