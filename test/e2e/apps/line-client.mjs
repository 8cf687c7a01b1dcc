// Two conversations that begin with the same line: one client writes two lines in one go, the other waits for its answer.
import net from 'node:net'

async function converse(...lines) {
  const socket = net.connect(Number(process.env.PORT), '127.0.0.1')
  for (const line of lines) socket.write(`${line}\n`)
  let heard = ''
  for await (const piece of socket) {
    heard += piece
    if (heard.split('\n').length > lines.length) break
  }
  return heard.split('\n').join(' ')
}

console.log(await converse('one', 'two'))
console.log(await converse('one'))
