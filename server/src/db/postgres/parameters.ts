/** The same values are refused as on SQLite; by itself pg takes undefined for null and sends objects as JSON. */
export function sendable(parameters: readonly unknown[]): unknown[] {
  return parameters.map((value, index) => {
    if (value === null || typeof value === 'string' || typeof value === 'number') return value;
    if (typeof value === 'bigint') return value.toString();
    // '1' is read as a flag and as a boolean; 'true' is no integer.
    if (typeof value === 'boolean') return value ? '1' : '0';
    if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    const kind = value === undefined ? 'undefined' : Object.prototype.toString.call(value);
    throw new TypeError(`Parameter ${index + 1} of a statement is ${kind}, which no column can hold`);
  });
}
