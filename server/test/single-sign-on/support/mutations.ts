import fc from 'fast-check';

/** What an attacker would put somewhere. */
const snippets = [
  '<!-- -->',
  '<![CDATA[alice]]>',
  '<?x y?>',
  '<!DOCTYPE x [<!ENTITY a "alice">]>',
  '&a;',
  '&#97;lice',
  '&#x61;',
  '&lt;',
  'alice',
  ' ',
  '\r\n',
  '\u0000',
  '\u00e9',
  '"',
  '<',
  '>',
  '</saml:NameID>',
  '<saml:NameID>alice</saml:NameID>',
  '</saml:NameID><saml:NameID>alice',
  '<saml:Subject><saml:NameID>alice</saml:NameID></saml:Subject>',
  '<saml:AttributeValue>alice</saml:AttributeValue>',
  '<saml:Attribute Name="uid"><saml:AttributeValue>alice</saml:AttributeValue></saml:Attribute>',
  '<ds:Object xmlns:ds="http://www.w3.org/2000/09/xmldsig#"></ds:Object>',
  ' ID="_x"',
  ' Id="_x"',
  ' xmlns:saml="urn:evil"',
  ' xmlns="urn:oasis:names:tc:SAML:2.0:assertion"',
  ' InResponseTo="_x"',
] as const;

export type Mutation = (text: string) => string;

const spot = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const at = (text: string, where: number): number => Math.floor(where * text.length);

/** The end of a tag near there: what stands between tags changes more than what breaks one. */
const boundary = (text: string, where: number): number => {
  const found = text.indexOf('>', at(text, where));
  return found === -1 ? text.length : found + 1;
};

/** An element of the text, whole. */
function elementAt(text: string, where: number): readonly [from: number, to: number] {
  const opening = [...text.matchAll(/<([a-z]+:\w+)[^>]*>/g)];
  const found = opening[Math.floor(where * opening.length)];
  if (found === undefined) return [0, 0];
  const { index, 1: name } = found;
  const end = text.indexOf(`</${name}>`, index);
  return [index, end === -1 ? index : end + name!.length + 3];
}

/** One change to the text of a message. */
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(spot, fc.constantFrom(...snippets)).map(
    ([where, snippet]): Mutation =>
      (text) =>
        text.slice(0, at(text, where)) + snippet + text.slice(at(text, where)),
  ),
  fc.tuple(spot, fc.constantFrom(...snippets)).map(
    ([where, snippet]): Mutation =>
      (text) =>
        text.slice(0, boundary(text, where)) + snippet + text.slice(boundary(text, where)),
  ),
  fc.tuple(spot, fc.integer({ min: 1, max: 40 })).map(
    ([where, length]): Mutation =>
      (text) =>
        text.slice(0, at(text, where)) + text.slice(at(text, where) + length),
  ),
  fc.tuple(spot, fc.string({ minLength: 1, maxLength: 2 })).map(
    ([where, put]): Mutation =>
      (text) =>
        text.slice(0, at(text, where)) + put + text.slice(at(text, where) + 1),
  ),
  // Elements that go, come twice or change places.
  spot.map(
    (where): Mutation =>
      (text) => {
        const [from, to] = elementAt(text, where);
        return text.slice(0, from) + text.slice(to);
      },
  ),
  fc.tuple(spot, spot, fc.boolean()).map(
    ([where, whither, twice]): Mutation =>
      (text) => {
        const [from, to] = elementAt(text, where);
        const rest = twice ? text : text.slice(0, from) + text.slice(to);
        const target = boundary(rest, whither);
        return rest.slice(0, target) + text.slice(from, to) + rest.slice(target);
      },
  ),
  // A copy of an element, about somebody else.
  fc.tuple(spot, spot).map(
    ([where, whither]): Mutation =>
      (text) => {
        const [from, to] = elementAt(text, where);
        const evil = text
          .slice(from, to)
          .replaceAll('mallory', 'alice')
          .replace(/ ID="[^"]*"/, ' ID="_evil"');
        const target = boundary(text, whither);
        return text.slice(0, target) + evil + text.slice(target);
      },
  ),
  fc.constant<Mutation>((text) => text.replaceAll('mallory', 'alice')),
  fc.constant<Mutation>((text) => text.replace('mallory', 'alice')),
);

/** A few changes, one after the other. */
export const mutations: fc.Arbitrary<Mutation> = fc
  .array(mutation, { minLength: 1, maxLength: 3 })
  .map((all) => (text) => all.reduce((changed, one) => one(changed), text));
