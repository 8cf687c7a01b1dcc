import { after, before, test } from 'node:test'
import api from './api.cjs'

before(api.start)
after(api.end)
test('answers', api.asks)
test('is given up when it takes too long', api.limits)
