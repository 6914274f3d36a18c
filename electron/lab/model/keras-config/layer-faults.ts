/** A layer that is described rightly but cannot be rebuilt; the message completes 'the layer x ...' after a comma. */
export class UnsupportedLayer extends Error {}

/** A layer whose description or weights are wrong, so that the file cannot be trusted. */
export class MalformedLayer extends Error {}
