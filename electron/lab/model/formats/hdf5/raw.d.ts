/** Vite's way to take a file's text into the program. */
declare module '*?raw' {
  const text: string;
  export default text;
}
