const serialize = (value) => Buffer.from(JSON.stringify(value))
const deserialize = (bytes) => JSON.parse(bytes.toString())

function method(name, requestStream, responseStream) {
  return {
    path: `/shop.Shop/${name}`,
    requestStream,
    responseStream,
    requestSerialize: serialize,
    requestDeserialize: deserialize,
    responseSerialize: serialize,
    responseDeserialize: deserialize,
  }
}

/** Every kind of call that gRPC has; messages are JSON, which gRPC frames like any other. */
export const shop = {
  order: method('Order', false, false),
  watch: method('Watch', false, true),
  sum: method('Sum', true, false),
  talk: method('Talk', true, true),
}
