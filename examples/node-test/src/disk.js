import { statfs } from 'node:fs/promises'
import { seam } from 'retake'

/** Free space is no network call: a seam makes it one that cassettes know. */
export const freeBytes = seam('disk.freeBytes', async (path) => {
  const { bavail, bsize } = await statfs(path)
  return bavail * bsize
})
