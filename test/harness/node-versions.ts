import { existsSync } from 'node:fs'
import path from 'node:path'

/** A Node.js that the tests can run. */
export interface NodeVersion {
  /** `20`, `22`, … or `this` for the one that runs the tests. */
  readonly name: string
  readonly executable: string
}

const root = path.resolve(import.meta.dirname, '../..')

/** The Node.js that runs the tests. */
export const thisNode: NodeVersion = { name: process.versions.node.split('.')[0] ?? '', executable: process.execPath }

/**
 * Every supported major that is installed: this one, and those that test/nodes installs from npm (Linux x64 only: on
 * other machines the suite runs on this Node alone).
 */
export function nodeVersions(): NodeVersion[] {
  const others = ['20', '22', '24', '26'].flatMap((major): NodeVersion[] => {
    const executable = path.join(root, 'test', 'nodes', 'node_modules', `node-${major}`, 'bin', 'node')
    return major !== thisNode.name && existsSync(executable) ? [{ name: major, executable }] : []
  })
  return [thisNode, ...others]
}
