module.exports = {
  rootDir: __dirname,
  testMatch: ['**/*.jest.cjs'],
  transform: {},
  moduleFileExtensions: ['js', 'cjs', 'json', 'node'],
  cache: false,
  watchman: false,
}
