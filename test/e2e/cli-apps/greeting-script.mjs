// A script: asks the upstream once, prints, ends.
const answer = await fetch(`${process.env.UPSTREAM_URL}/name${process.env.BEHAVIOUR === 'other call' ? '?polite=1' : ''}`)
const { name } = await answer.json()
console.log(`hello ${name}`)
process.exitCode = process.env.BEHAVIOUR === 'other exit' ? 4 : 3
