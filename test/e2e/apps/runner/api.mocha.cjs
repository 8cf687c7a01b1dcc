const api = require('./api.cjs')

describe('a service in the same process', () => {
  before(api.start)
  after(api.end)
  it('answers', api.asks)
  it('is given up when it takes too long', api.limits)
})
