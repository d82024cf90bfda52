import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ScimRefusal } from '../../errors.ts';
import { matches, parseFilter, parsePath } from './filter.ts';
import { patched } from './patch.ts';

const ann = {
  userName: 'Ann',
  externalId: 'x1',
  active: true,
  emails: [
    { value: 'ann@work.example', type: 'work', primary: true },
    { value: 'ann@home.example', type: 'home' },
  ],
  name: { familyName: "O'Malley" },
};

describe('filters of RFC 7644', () => {
  test.each([
    ['userName eq "ann"', true],
    ['userName Eq "ANN"', true],
    ['userName ne "ann"', false],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName eq "ann"', true],
    ['name.familyName co "mall"', true],
    ['userName sw "A" and active eq true', true],
    ['userName sw "B" or emails pr', true],
    ['not (userName eq "ann")', false],
    ['not (userName eq "bob") and (active eq false or externalId eq "x1")', true],
    ['emails[type eq "work" and value co "@work.example"]', true],
    ['emails[type eq "home" and primary eq true]', false],
    ['emails.value eq "ann@home.example"', true],
    ['emails eq "ann@home.example"', true],
    ['emails co "nowhere"', false],
    ['title pr', false],
    ['active eq "True"', true],
    ['externalId eq null', false],
    ['title eq null', false],
    ['userName gt "Am" and userName lt "Ao" and userName ge "ann" and userName le "ann"', true],
    ['userName ew "NN"', true],
  ])('%s', (text, found) => {
    expect(matches(parseFilter(text), ann)).toBe(found);
  });

  test.each([
    '',
    ' ',
    'userName',
    'userName eq',
    'userName eq ann',
    'userName eq "ann',
    'eq "x"',
    '(userName pr',
    'userName pr)',
    'userName pr and',
    'emails[type eq "work"',
    'userName xx "y"',
    'userName eq "a" userName eq "b"',
    '[',
    '"x"',
    'not userName pr',
    `${'('.repeat(50)}a pr${')'.repeat(50)}`,
    `a eq "${'x'.repeat(5000)}"`,
  ])('%s is refused', (text) => {
    expect(() => parseFilter(text)).toThrow(ScimRefusal);
  });

  test('whatever is sent is a filter or is refused, 10,000 times', () => {
    const piece = fc.constantFrom(
      'userName',
      'emails',
      '[',
      ']',
      '(',
      ')',
      'and',
      'or',
      'not',
      'eq',
      'pr',
      '"a"',
      '"',
      '\\',
      '1',
      'true',
      'urn:x:y',
      '.',
      '$',
      ' ',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 20 }).map((parts) => parts.join(' ')),
    );
    fc.assert(
      fc.property(text, (one) => {
        try {
          matches(parseFilter(one), ann);
        } catch (error) {
          expect(error).toBeInstanceOf(ScimRefusal);
        }
      }),
      { numRuns: 10_000 },
    );
  });
});

describe('the operations of a PATCH', () => {
  const known = new Set(['username', 'externalid', 'displayname', 'name', 'emails', 'active', 'members']);
  const patch = (resource: object, ...operations: object[]) =>
    patched(resource as Record<string, unknown>, { Operations: operations }, known);

  test.each<[string, object[], object]>([
    ['a path', [{ op: 'replace', path: 'active', value: false }], { active: false }],
    ['as Entra writes it', [{ op: 'Replace', path: 'active', value: 'False' }], { active: 'False' }],
    [
      'no path',
      [{ op: 'replace', value: { active: false, userName: 'bea' } }],
      { active: false, userName: 'bea' },
    ],
    [
      'members with dots',
      [{ op: 'Add', value: { 'name.familyName': 'Bell' } }],
      { name: { familyName: 'Bell' } },
    ],
    ['a part', [{ op: 'replace', path: 'name.familyName', value: 'Bell' }], { name: { familyName: 'Bell' } }],
    [
      'with its schema',
      [{ op: 'add', path: 'urn:ietf:params:scim:schemas:core:2.0:User:userName', value: 'bea' }],
      { userName: 'bea' },
    ],
    [
      'a chosen value',
      [{ op: 'replace', path: 'emails[type eq "work"].value', value: 'b@x.example' }],
      { emails: [{ value: 'b@x.example', type: 'work', primary: true }, ann.emails[1]!] },
    ],
    [
      'a value that is not there yet',
      [{ op: 'add', path: 'emails[type eq "other"].value', value: 'o@x.example' }],
      { emails: [...ann.emails, { type: 'other', value: 'o@x.example' }] },
    ],
    [
      'removing a chosen value',
      [{ op: 'remove', path: 'emails[type eq "home"]' }],
      { emails: [ann.emails[0]!] },
    ],
    ['removing', [{ op: 'remove', path: 'externalId' }], { externalId: undefined }],
    [
      'what is not ours',
      [
        {
          op: 'add',
          path: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department',
          value: 'R&D',
        },
        { op: 'add', path: 'title', value: 'x' },
      ],
      {},
    ],
  ])('%s', (_, operations, after) => {
    const result = patch(ann, ...operations);
    for (const [name, value] of Object.entries(after)) expect(result[name]).toEqual(value);
    expect(result).not.toHaveProperty('title');
    expect(result).not.toHaveProperty('department');
    expect(ann.active).toBe(true);
  });

  test('members are added once, and removed by filter or by value', () => {
    const group = { members: [{ value: 'a' }, { value: 'b' }] };
    expect(
      patch(group, { op: 'add', path: 'members', value: [{ value: 'b' }, { value: 'c' }] }).members,
    ).toHaveLength(3);
    expect(patch(group, { op: 'remove', path: 'members[value eq "a"]' }).members).toEqual([{ value: 'b' }]);
    expect(patch(group, { op: 'Remove', path: 'members', value: [{ value: 'a' }] }).members).toEqual([
      { value: 'b' },
    ]);
    expect(patch(group, { op: 'remove', path: 'members' }).members).toBeUndefined();
  });

  test('hostile paths reach nothing, and anything else is applied or refused, 10,000 times', () => {
    for (const path of ['__proto__.polluted', 'constructor.prototype.polluted', 'name.__proto__']) {
      try {
        patch(ann, { op: 'add', path, value: { polluted: 1 } });
      } catch (error) {
        expect(error).toBeInstanceOf(ScimRefusal);
      }
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    const path = fc.oneof(
      fc.string(),
      fc.constantFrom('emails[type eq "work"].value', 'emails', 'name.x', 'emails[', 'name', 'a.b.c'),
    );
    fc.assert(
      fc.property(fc.constantFrom('add', 'replace', 'remove', 'x'), path, fc.jsonValue(), (op, at, value) => {
        try {
          patched(ann, { Operations: [{ op, path: at, value }] }, known);
        } catch (error) {
          expect(error).toBeInstanceOf(ScimRefusal);
        }
      }),
      { numRuns: 10_000 },
    );
  });

  test('paths are read in their parts', () => {
    expect(parsePath('emails[type eq "a[b]"].value')).toMatchObject({ attribute: 'emails', sub: 'value' });
    expect(() => parsePath('a b')).toThrow(ScimRefusal);
  });
});
