import type { CustomField, FieldOption, Reference } from '../../workflows/reference.ts';
import { referenceFragments } from '../../workflows/reference-json.ts';
import { quoted } from './choice.ts';
import { parseMoment } from './dates.ts';
import { parseDate } from './due-date.ts';
import {
  type CustomEntry,
  type Field,
  fieldError,
  isObject,
  type Naming,
  nothingRecorded,
  type Operation,
  type Recorded,
  textOf,
  type WriteContext,
} from './field.ts';
import { applyToLabels } from './list-of-text.ts';
import { longTextLimit, parseText } from './text.ts';
import { recordedUser } from './user-fields.ts';
import { parseUser, wordsOf } from './user-reference.ts';

type Entries = readonly CustomEntry[];

/** What differs from type to type. */
interface Kind {
  readonly verbs: Field['verbs'];
  apply(field: CustomField, before: Entries, operation: Operation, context: WriteContext): Entries;
  recorded(entries: Entries, naming: Naming): Recorded;
  readonly namesUsers?: Field['namesUsers'];
}

const text = (limit: number): Kind => ({
  verbs: ['set'],
  apply({ key }, _, { value }) {
    const given = parseText(key, value, limit);
    return given === null ? [] : [{ text: given }];
  },
  recorded: ([entry]) => ({ value: null, text: entry?.text ?? null }),
});

const url: Kind = {
  ...text(longTextLimit),
  apply({ key }, _, { value }) {
    const given = parseText(key, value, longTextLimit);
    if (given === null) return [];
    if (!URL.canParse(given)) throw fieldError(key, `Not a valid URL: ${quoted(given)}`);
    return [{ text: given }];
  },
};

const float: Kind = {
  verbs: ['set'],
  apply({ key }, _, { value }) {
    if (value === null) return [];
    // Jira's limit of a number field is 10^14 (its own message names it).
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw fieldError(key, 'Operation value must be a number');
    }
    if (Math.abs(value) > 1e14) {
      throw fieldError(key, `'${value}' is too large. Value must be between -10^14 and 10^14.`);
    }
    return [{ number: value }];
  },
  recorded: ([entry]) => ({ value: null, text: entry?.number === undefined ? null : String(entry.number) }),
};

const datepicker: Kind = {
  verbs: ['set'],
  apply({ key }, _, { value }) {
    const day = parseDate(key, value);
    return day === null ? [] : [{ text: day }];
  },
  recorded: ([entry]) => ({ value: entry?.text ?? null, text: entry?.text ?? null }),
};

const datetime: Kind = {
  verbs: ['set'],
  apply({ key }, _, { value }) {
    if (value === null || value === '') return [];
    if (typeof value !== 'string') throw fieldError(key, 'Operation value must be a string');
    const time = parseMoment(value);
    if (time === undefined) throw fieldError(key, `Error parsing time: ${quoted(value)}`);
    return [{ time }];
  },
  recorded([entry]) {
    if (entry?.time === undefined) return nothingRecorded;
    const iso = new Date(entry.time).toISOString();
    return { value: iso, text: iso };
  },
};

const single: Kind = {
  verbs: ['set'],
  apply(field, before, { value }) {
    if (value === null) return [];
    return [{ optionId: parseOption(field, value, before).id }];
  },
  recorded([entry], { reference }) {
    if (entry?.optionId === undefined) return nothingRecorded;
    return { value: String(entry.optionId), text: optionName(reference, entry.optionId) };
  },
};

const multiple: Kind = {
  verbs: ['add', 'set', 'remove'],
  apply(field, before, { verb, value }) {
    if (verb === 'add') {
      const { id } = parseOption(field, value, before);
      return before.some(({ optionId }) => optionId === id) ? before : [...before, { optionId: id }];
    }
    if (verb === 'remove') {
      const { id } = parseOption(
        field,
        value,
        field.options.map((option) => ({ optionId: option.id })),
      );
      return before.filter(({ optionId }) => optionId !== id);
    }
    if (value === null) return [];
    if (!Array.isArray(value)) throw fieldError(field.key, 'data was not an array');
    if (value.length > field.options.length) {
      throw fieldError(field.key, 'There are more values than the field has options.');
    }
    const ids = new Set(value.map((item) => parseOption(field, item, before).id));
    return [...ids].map((optionId) => ({ optionId }));
  },
  recorded(entries, { reference }) {
    if (entries.length === 0) return nothingRecorded;
    const ids = entries.map(({ optionId }) => optionId!);
    return {
      value: `[${ids.join(', ')}]`,
      text: ids.map((id) => optionName(reference, id)).join(','),
    };
  },
};

const userpicker: Kind = {
  verbs: ['set'],
  namesUsers: wordsOf,
  apply({ key }, _, { value }, { users }) {
    const user = parseUser(key, value, users);
    if (user === 'none' || user === 'automatic') return [];
    return [{ userId: user.id }];
  },
  recorded: ([entry], naming) => recordedUser(entry?.userId ?? null, naming),
};

const labels: Kind = {
  verbs: ['add', 'set', 'remove'],
  apply({ key }, before, operation) {
    const given = applyToLabels(
      key,
      before.map((entry) => entry.text!),
      operation,
    );
    return given.map((label) => ({ text: label }));
  },
  recorded: (entries) => ({
    value: null,
    text: entries.length === 0 ? null : entries.map((entry) => entry.text).join(' '),
  }),
};

const kinds: Readonly<Record<CustomField['type']['kind'], Kind>> = {
  textfield: text(255),
  textarea: text(longTextLimit),
  url,
  float,
  datepicker,
  datetime,
  select: single,
  radiobuttons: single,
  multiselect: multiple,
  multicheckboxes: multiple,
  userpicker,
  labels,
};

/** A custom field of any type as issues write it. */
export function customField(field: CustomField): Field {
  const kind = kinds[field.type.kind];
  return {
    id: field.key,
    name: field.name,
    schema: field.schema,
    verbs: kind.verbs,
    required: false,
    hasDefault: false,
    screens: ['create', 'edit'],
    ...(kind.namesUsers !== undefined && { namesUsers: kind.namesUsers }),
    apply(draft, operation, context) {
      const entries = kind.apply(field, draft.custom.get(field.id) ?? [], operation, context);
      if (entries.length === 0) draft.custom.delete(field.id);
      else draft.custom.set(field.id, entries);
    },
    recorded: (draft, naming) => kind.recorded(draft.custom.get(field.id) ?? [], naming),
    ...(field.type.hasOptions && {
      allowedValues({ reference, wire }) {
        const { options } = referenceFragments(reference, wire.base);
        return field.options.filter(({ disabled }) => !disabled).map(({ id }) => options.get(id));
      },
    }),
    ...(field.type.kind === 'userpicker' && {
      autoCompletePath: () => '/rest/api/latest/user/search?username=',
    }),
  };
}

/** `{id}` or `{value}`; a disabled option may only stay where it is. */
function parseOption(field: CustomField, value: unknown, before: Entries): FieldOption {
  const id = isObject(value) ? textOf(value, 'id') : undefined;
  const name = isObject(value) ? textOf(value, 'value') : undefined;
  if (id === undefined && name === undefined) {
    throw fieldError(field.key, `Could not find valid 'id' or 'value' in the Parent Option object.`);
  }
  const { byId, byValue } = optionsOf(field);
  const option = id === undefined ? byValue.get(name!) : byId.get(id);
  const mayStay = option !== undefined && before.some(({ optionId }) => optionId === option.id);
  const found = option?.disabled && !mayStay ? undefined : option;
  if (found !== undefined) return found;
  throw fieldError(
    field.key,
    id === undefined ? `Option value ${quoted(name!)} is not valid` : `Option id ${quoted(id)} is not valid`,
  );
}

interface OptionIndex {
  readonly byId: ReadonlyMap<string, FieldOption>;
  readonly byValue: ReadonlyMap<string, FieldOption>;
}

const indexes = new WeakMap<CustomField, OptionIndex>();

function optionsOf(field: CustomField): OptionIndex {
  const known = indexes.get(field);
  if (known !== undefined) return known;
  const made = {
    byId: new Map(field.options.map((option) => [String(option.id), option])),
    byValue: new Map(field.options.map((option) => [option.value, option])),
  };
  indexes.set(field, made);
  return made;
}

function optionName(reference: Reference, id: number): string | null {
  return reference.options.get(id)?.value ?? null;
}
