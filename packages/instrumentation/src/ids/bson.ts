import { drawId, isStandIn, standIn } from '@retake/determinism'
import { isFunction, type MintingLibrary } from './minting-library.ts'

type Generate = (this: unknown, time?: number) => Uint8Array
interface ObjectIdClass {
  new (input?: unknown, ...rest: unknown[]): { toHexString(): string }
  readonly prototype: object
  generate: Generate
}

/** An ObjectId has five random bytes of the process and a counter in it. */
export const bsonLibrary: MintingLibrary = {
  name: 'bson',
  modules: /lib\/bson(?:\.node)?\.mjs/,
  exportsOf: (file) => (/^lib\/(?:objectid\.js|bson(?:\.node)?\.[cm]js)$/.test(file) ? ['ObjectId'] : []),
  replace(_name, native) {
    if (!isFunction(native)) return undefined
    const ObjectId = native as unknown as ObjectIdClass
    // Known inside the library, too; up to bson 6 the constructor calls it.
    if (!isStandIn(ObjectId.generate)) ObjectId.generate = drawnGenerate(ObjectId.generate)
    const Drawn = drawnClass(ObjectId)
    // An id tells its class: `id.constructor` is what the app knows.
    Object.defineProperty(ObjectId.prototype, 'constructor', { value: Drawn, writable: true, enumerable: false, configurable: true })
    return Drawn
  },
}

function drawnGenerate(native: Generate): Generate {
  return standIn(native, function generate(this: unknown, time?: number) {
    const hex = drawId('ObjectId', [time], () => Buffer.from(native.call(this, time)).toString('hex'))
    return Buffer.from(hex, 'hex')
  } as Generate)
}

function drawnClass(ObjectId: ObjectIdClass): ObjectIdClass {
  const Drawn: ObjectIdClass = new Proxy(ObjectId, {
    construct(target, args: [input?: unknown, offset?: unknown], newTarget) {
      const [input, offset] = args
      const constructor = (newTarget === Drawn ? target : newTarget) as CallableFunction
      // With a number it is the time of the id (up to bson 6; later refused).
      if ((input !== undefined && input !== null) || typeof offset === 'number') return Reflect.construct(target, args, constructor)
      const hex = drawId('ObjectId', [], () => new target().toHexString())
      return Reflect.construct(target, [hex], constructor)
    },
  })
  return Drawn
}
