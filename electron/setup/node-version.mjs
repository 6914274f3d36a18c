// Imported first by every entry of set-up, and written in what old versions of Node can parse, so that they print
// a sentence instead of a syntax error.
const wanted = { major: 20, minor: 19 };
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < wanted.major || (major === wanted.major && minor < wanted.minor)) {
  process.stderr.write(
    `Convscope needs Node ${wanted.major}.${wanted.minor} or newer, and this is ${process.versions.node}: install a newer one from nodejs.org.\n`,
  );
  process.exit(1);
}
