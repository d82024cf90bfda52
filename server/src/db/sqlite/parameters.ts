export type Bindable = null | number | bigint | string | Uint8Array;

/**
 * What SQLite can bind. node:sqlite by itself takes undefined for null and a lone object for named
 * parameters, which would hide mistakes.
 */
export function bindable(parameters: readonly unknown[]): readonly Bindable[] {
  for (let i = 0; i < parameters.length; i++) {
    const value = parameters[i];
    if (typeof value === 'string' || typeof value === 'number' || value === null) continue;
    if (typeof value === 'bigint' || value instanceof Uint8Array) continue;
    return parameters.map(bindableValue);
  }
  return parameters as readonly Bindable[];
}

function bindableValue(value: unknown, index: number): Bindable {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  if (typeof value === 'bigint' || value instanceof Uint8Array) return value;
  const kind = value === undefined ? 'undefined' : Object.prototype.toString.call(value);
  throw new TypeError(`Parameter ${index + 1} of a statement is ${kind}, which no column can hold`);
}
