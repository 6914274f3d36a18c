/**
 * A message whose typed arrays own exactly their bytes. Posting a small view of a large buffer to a MessagePort
 * clones the whole buffer, so such views are copied first; all else is passed on as it is.
 */
export function withExactViews(message: unknown): unknown {
  if (typeof message !== 'object' || message === null) return message;
  if (ArrayBuffer.isView(message)) return exact(message);
  if (Array.isArray(message)) return mapped(message);
  // Only plain objects are walked: structured clone knows how to copy the rest (dates, maps, errors).
  if (Object.getPrototypeOf(message) !== Object.prototype) return message;
  const entries = Object.entries(message);
  const values = entries.map(([, value]) => withExactViews(value));
  const unchanged = entries.every(([, value], i) => value === values[i]);
  return unchanged ? message : Object.fromEntries(entries.map(([key], i) => [key, values[i]]));
}

function mapped(items: readonly unknown[]): readonly unknown[] {
  const values = items.map(withExactViews);
  return items.every((item, i) => item === values[i]) ? items : values;
}

function exact(view: ArrayBufferView): ArrayBufferView {
  if (view.byteLength === view.buffer.byteLength) return view;
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();
  if (view instanceof DataView) return new DataView(bytes.buffer);
  const array = view as ArrayBufferView & { readonly BYTES_PER_ELEMENT: number };
  const Kind = array.constructor as new (buffer: ArrayBuffer) => ArrayBufferView;
  // A Buffer of Node's would clone as a Uint8Array anyway, and its constructor is deprecated.
  return array instanceof Uint8Array ? bytes : new Kind(bytes.buffer);
}
