import { shared } from '@retake/core'
import { drawnId } from '@retake/determinism'

/** What fills in `@default(cuid())`: Prisma asks it with the arguments that stand in the schema. */
interface Generator {
  generate(...args: unknown[]): string
}

/**
 * The runtime of Prisma's client has cuid, nanoid, ulid and uuid in its bundle, and exports none of them: a class of its own is given
 * a generator for each by name (`GeneratorRegistry` in packages/client-engine-runtime/src/interpreter/generators.ts, Prisma 6 and 7).
 */
const runtime = /[\\/]node_modules[\\/]@prisma[\\/]client[\\/]runtime[\\/](?:client|wasm-compiler-edge)\.js$/
const registered = /\.register\("(cuid|nanoid|ulid|uuid)",\s*(new [\w$]+(?:\(\))?)\)/g

export function isPrismaRuntime(path: string): boolean {
  return path.endsWith('.js') && runtime.test(path)
}

/** Makes rewritten runtimes work: to be called before the first one is evaluated. */
export function servePrismaRuntime(): void {
  shared('prisma-generator', () => (name: string, generator: Generator): Generator => {
    generator.generate = drawnId(`prisma ${name}`, generator.generate)
    return generator
  })
}

/** @returns Source in which each generator draws its ids as ids; the lines stay what they are. */
export function prismaRuntimeThatDraws(source: string): string {
  return source.replace(
    registered,
    (_found, name: string, made: string) =>
      `.register("${name}",globalThis[Symbol.for("retake.shared.v1")].get("prisma-generator")("${name}",${made}))`,
  )
}
