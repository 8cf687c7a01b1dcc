import { connect } from 'node:net'
import { observe, stateOf, note } from '../stage/script.ts'

const socket = connect('/nowhere/at/all.sock')
note('created', stateOf(socket))
observe(socket, 'connect', 'close', 'error')
