// Libraries that mint ids from state shared by takes, each wrapped as a hook on their loading would do it.
import { customAlphabet, nanoid } from 'nanoid'
import { v1, v6, v7 } from 'uuid'

const drawnId = globalThis[Symbol.for('test.drawnId')] ?? ((_source, native) => native)
const minters = [nanoid, v1, v6, v7, customAlphabet('abc', 12)].map((native, index) => drawnId(`minter ${index}`, native))
const mint = async () => minters.flatMap((minter) => [minter(), minter()])

export const takes = { first: mint, second: mint, third: mint }
