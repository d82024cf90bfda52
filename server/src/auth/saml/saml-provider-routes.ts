import { X509Certificate } from 'node:crypto';
import { Type } from 'typebox';
import { NotFound } from '../../errors.ts';
import { created, noContent, type Route, route } from '../../http/route.ts';
import { decimalId } from '../../lib/decimal-id.ts';
import { jiraTime } from '../../lib/jira-time.ts';
import { requireAdministrator } from '../../permissions/administrators.ts';
import type { Site } from '../../site.ts';
import { announceKey, dropKey, getSamlProvider, useKey } from './key-rollover.ts';
import { readMetadata } from './metadata-import.ts';
import { listSamlKeys, type SamlKey } from './saml-key-store.ts';
import { samlSettingsOf, samlSettingsSchema, trustedCertificates } from './saml-settings.ts';
import { serviceProviderOf } from './service-provider.ts';

const root = '/rest/tessera/1/identity-providers';
const common = { tag: 'Single sign-on', access: 'signed-in', scope: 'manage:jira-configuration' } as const;
const certificate = {
  fingerprint: Type.String({ description: 'SHA-256.' }),
  subject: Type.String(),
  notBefore: Type.String(),
  notAfter: Type.String(),
  expired: Type.Boolean(),
};
const key = Type.Object({
  id: Type.String(),
  state: Type.Union([Type.Literal('current'), Type.Literal('next'), Type.Literal('former')], {
    description: 'current: signs; next: announced in the metadata; former: still there, and may be removed.',
  }),
  certificate: Type.String({ description: 'PEM.' }),
  ...certificate,
});
const keyParams = Type.Object({ id: Type.String(), keyId: Type.String() });

/** What an administrator gives to a SAML provider and takes from it, and the change of this site's keys. */
export const samlProviderRoutes = (site: Site): Route[] => [
  route({
    ...common,
    method: 'GET',
    path: `${root}/:id/saml`,
    id: 'getSamlServiceProvider',
    summary: 'What a SAML identity provider must know of this site',
    params: Type.Object({ id: Type.String() }),
    responses: {
      200: Type.Object({
        entityId: Type.String(),
        acsUrl: Type.String({ description: 'Assertion consumer service: where responses are posted.' }),
        sloUrl: Type.String({ description: 'Single logout service.' }),
        metadataUrl: Type.String(),
        keys: Type.Array(key),
        identityProviderCertificates: Type.Array(Type.Object(certificate)),
      }),
    },
    handle: async (call) => {
      const provider = await getSamlProvider(site, call, idOf(call.params.id));
      const { entityId, acsUrl, sloUrl } = serviceProviderOf(call.wire.base, provider.id);
      const now = site.clock.now();
      return {
        entityId,
        acsUrl,
        sloUrl,
        metadataUrl: entityId,
        keys: (await listSamlKeys(site.db, provider.id)).map((one) => keyJson(one, now)),
        identityProviderCertificates: trustedCertificates(samlSettingsOf(provider)).map((one) =>
          certificateJson(one, now),
        ),
      };
    },
  }),
  route({
    ...common,
    method: 'POST',
    path: `${root}/saml-metadata`,
    id: 'readSamlMetadata',
    summary: 'Read the metadata of a SAML identity provider: the settings that it describes; stores nothing',
    body: Type.Object(
      {
        xml: Type.String({ minLength: 1, maxLength: 524_288 }),
        entityId: Type.Optional(
          Type.String({ maxLength: 1024, description: 'Which one, where the metadata describes several.' }),
        ),
      },
      { additionalProperties: false },
    ),
    responses: { 200: Type.Object({ settings: samlSettingsSchema }) },
    handle: async ({ body, ...call }) => {
      await requireAdministrator(site, call.actor);
      return { settings: await readMetadata(body.xml, body.entityId) };
    },
  }),
  route({
    ...common,
    method: 'POST',
    path: `${root}/:id/saml/keys`,
    id: 'announceSamlKey',
    summary: 'Make another key and announce it in the metadata, beside the one in use',
    params: Type.Object({ id: Type.String() }),
    responses: { 201: key },
    handle: async (call) =>
      created(keyJson(await announceKey(site, call, idOf(call.params.id)), site.clock.now())),
  }),
  route({
    ...common,
    method: 'PUT',
    path: `${root}/:id/saml/keys/:keyId`,
    id: 'useSamlKey',
    summary: 'Sign with this key from now on',
    params: keyParams,
    body: Type.Object({ state: Type.Literal('current') }, { additionalProperties: false }),
    responses: { 200: key },
    handle: async (call) =>
      keyJson(await useKey(site, call, idOf(call.params.id), call.params.keyId), site.clock.now()),
  }),
  route({
    ...common,
    method: 'DELETE',
    path: `${root}/:id/saml/keys/:keyId`,
    id: 'removeSamlKey',
    summary: 'Remove a key that is not in use from the metadata',
    params: keyParams,
    responses: { 204: null },
    handle: async (call) => {
      await dropKey(site, call, idOf(call.params.id), call.params.keyId);
      return noContent();
    },
  }),
];

function keyJson(one: SamlKey, now: number) {
  return {
    id: String(one.id),
    state: one.state,
    certificate: one.certificate,
    ...certificateJson(new X509Certificate(one.certificate), now),
  };
}

function certificateJson(one: X509Certificate, now: number) {
  return {
    fingerprint: one.fingerprint256,
    subject: one.subject,
    notBefore: jiraTime(one.validFromDate.getTime()),
    notAfter: jiraTime(one.validToDate.getTime()),
    expired: one.validToDate.getTime() <= now,
  };
}

function idOf(text: string): number {
  const id = decimalId(text);
  if (id === undefined) throw new NotFound(`There is no identity provider with the id ${text}.`);
  return id;
}
