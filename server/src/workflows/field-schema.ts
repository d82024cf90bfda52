/** What a field's value is made of, as clients read it in /field, createmeta, editmeta and expand=schema. */
export interface FieldSchema {
  readonly type: string;
  readonly items?: string;
  /** System fields: their id. */
  readonly system?: string;
  /** Custom fields: the full key of their type, and the number of their id. */
  readonly custom?: string;
  readonly customId?: number;
}
