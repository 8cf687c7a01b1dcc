module.exports = {
  rootDir: __dirname,
  testMatch: ['**/*.jest.cjs'],
  moduleFileExtensions: ['js', 'cjs', 'json', 'node'],
  // A package as it lies in node_modules is not transformed; here it is a link into the repository.
  transform: {},
  watchman: false,
}
