module.exports = {
  rootDir: __dirname,
  testMatch: ['**/*.jest.cjs'],
  moduleFileExtensions: ['js', 'cjs', 'json', 'node'],
  watchman: false,
}
