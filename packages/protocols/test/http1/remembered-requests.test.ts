import type { Target } from '@retake/core'
import { describe, expect, it } from 'vitest'
import { requestCall } from '../../src/http1/call.ts'
import { parseRequestHead, type RequestHead } from '../../src/http1/head.ts'
import { bodylessCall, rememberedHead } from '../../src/http1/remembered-requests.ts'

const target: Target = { host: 'shop.test', port: 80, path: undefined, secure: false }
const text = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: shop.test\r\nAccept: */*\r\n\r\n`

describe('a request that was seen before', () => {
  it('is the same head, and the same call at the same target', () => {
    const head = rememberedHead(text('/prices')) as RequestHead
    expect(rememberedHead(text('/prices'))).toBe(head)
    expect(bodylessCall(head, target)).toBe(bodylessCall(head, { ...target }))
  })

  it('is another call at another target, or over TLS', () => {
    const head = rememberedHead(text('/prices?at=other')) as RequestHead
    const plain = bodylessCall(head, target)
    expect(bodylessCall(head, { ...target, host: 'other.test' }).target).toBe('other.test:80')
    expect(bodylessCall(head, { ...target, secure: true }).fields['origin']).toBe('https://shop.test')
    expect(bodylessCall(head, target)).toEqual(plain)
  })

  it('says what it would say if nothing was remembered, however many there were between', () => {
    for (let item = 0; item < 1200; item++) rememberedHead(text(`/item/${item}`))
    for (const path of ['/prices', '/item/3', `/long/${'x'.repeat(3000)}`]) {
      const { method, target: asked, rawHeaders, framing } = rememberedHead(text(path)) as RequestHead
      const plain = parseRequestHead(text(path)) as RequestHead
      expect({ method, target: asked, rawHeaders, framing }).toEqual({
        method,
        target: path,
        rawHeaders: plain.rawHeaders,
        framing: plain.framing,
      })
      expect(bodylessCall(rememberedHead(text(path)) as RequestHead, target)).toEqual(
        requestCall(plain, { bytes: new Uint8Array(0) }, target),
      )
    }
  })

  it('is unreadable as often as it comes', () => {
    expect(rememberedHead('GET\r\n\r\n')).toEqual({ unreadable: 'request line' })
    expect(rememberedHead('GET\r\n\r\n')).toEqual({ unreadable: 'request line' })
  })
})
