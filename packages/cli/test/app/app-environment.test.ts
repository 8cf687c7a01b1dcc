import { expect, test } from 'vitest'
import { appEnvironment } from '../../src/app/app-environment.ts'

const preload = new URL('file:///srv/my%20app/register.js')
const options = {
  mode: 'record',
  cassette: 'tapes',
  configFile: undefined,
  control: '/run/c',
  preload,
  workingDirectory: '/srv/my app',
} as const

test('the preload comes first, and options that are there stay', () => {
  const env = appEnvironment({ NODE_OPTIONS: '--max-old-space-size=100 --import ./other.js', HOME: '/home/me', GONE: undefined }, options)
  expect(env).toEqual({
    NODE_OPTIONS: '--import file:///srv/my%20app/register.js --max-old-space-size=100 --import ./other.js',
    HOME: '/home/me',
    RETAKE_MODE: 'record',
    RETAKE_CASSETTE: '/srv/my app/tapes',
    RETAKE_CONTROL: '/run/c',
  })
})

test('a preload that is there already is not added again', () => {
  const once = appEnvironment({}, options)
  expect(appEnvironment(once, options)['NODE_OPTIONS']).toBe('--import file:///srv/my%20app/register.js')
})

test('a path that needs no quotes is required: the entry file is loaded as it is without us', () => {
  const env = appEnvironment({}, { ...options, preload: new URL('file:///srv/app/register.js') })
  expect(env['NODE_OPTIONS']).toBe('-r /srv/app/register.js')
  expect(appEnvironment(env, { ...options, preload: new URL('file:///srv/app/register.js') })['NODE_OPTIONS']).toBe(
    '-r /srv/app/register.js',
  )
})

test('places that are addresses stay as they are; the configuration file becomes absolute', () => {
  const env = appEnvironment({}, { ...options, cassette: 's3://bucket/tapes', configFile: 'retake.config.json' })
  expect(env['RETAKE_CASSETTE']).toBe('s3://bucket/tapes')
  expect(env['RETAKE_CONFIG']).toBe('/srv/my app/retake.config.json')
})
