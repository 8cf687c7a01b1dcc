/** A library that mints ids from state that takes share, so that its draws alone do not tell its ids. */
export interface MintingLibrary {
  /** Name of the package. */
  readonly name: string
  /**
   * Names that may be replaced among the exports of a file; `default` also stands for a CommonJS export that is itself the
   * function.
   * @param file Path within the package, with forward slashes.
   */
  exportsOf(file: string): readonly string[]
  /** ES modules in which something is replaced, as a pattern for their paths within the package: as few as will do. */
  readonly modules: RegExp
  /**
   * @param native What the file exports under the name.
   * @returns What takes its place; `undefined` to leave it.
   */
  replace(name: string, native: unknown, file: string): unknown
}

/** Any function, with any receiver. */
export type AnyFunction = (this: unknown, ...args: unknown[]) => unknown

export function isFunction(value: unknown): value is AnyFunction {
  return typeof value === 'function'
}
