import { Type } from 'typebox';
import { userSchema } from '../users/user-schema.ts';

const avatarUrls = userSchema.properties.avatarUrls;
const text = Type.String();

const issueType = Type.Object({
  self: text,
  id: text,
  description: text,
  iconUrl: text,
  name: text,
  subtask: Type.Boolean(),
  hierarchyLevel: Type.Integer(),
});

const properties = {
  expand: text,
  self: text,
  id: text,
  key: text,
  name: text,
  projectTypeKey: text,
  simplified: Type.Boolean(),
  avatarUrls,
  archived: Type.Boolean(),
  style: text,
  description: Type.Optional(text),
  lead: Type.Optional(userSchema),
  issueTypes: Type.Optional(Type.Array(issueType)),
  url: Type.Optional(text),
  projectKeys: Type.Optional(Type.Array(text)),
};

export const projectSchema = Type.Object(properties);

export const fullProjectSchema = Type.Object({
  ...properties,
  components: Type.Array(Type.Unknown()),
  versions: Type.Array(Type.Unknown()),
  assigneeType: text,
  /** A role's name → its address. */
  roles: Type.Record(Type.String(), text),
  properties: Type.Record(Type.String(), Type.Unknown()),
});

export const projectPageSchema = Type.Object({
  self: text,
  nextPage: Type.Optional(text),
  maxResults: Type.Integer(),
  startAt: Type.Integer(),
  total: Type.Integer(),
  isLast: Type.Boolean(),
  values: Type.Array(projectSchema),
});

const status = Type.Object({
  self: text,
  description: text,
  iconUrl: text,
  name: text,
  id: text,
  statusCategory: Type.Object({
    self: text,
    id: Type.Integer(),
    key: text,
    colorName: text,
    name: text,
  }),
});

export const issueTypeStatusesSchema = Type.Object({
  self: text,
  id: text,
  name: text,
  subtask: Type.Boolean(),
  statuses: Type.Array(status),
});

export const projectTypeSchema = Type.Object({
  key: text,
  formattedKey: text,
  descriptionI18nKey: text,
  icon: text,
  color: text,
});

const actor = Type.Object({
  id: Type.Integer(),
  displayName: text,
  type: text,
  name: text,
  avatarUrl: text,
  actorUser: Type.Optional(Type.Object({ accountId: text, name: text, key: text })),
  actorGroup: Type.Optional(Type.Object({ name: text, displayName: text, groupId: text })),
});

export const roleSchema = Type.Object({
  self: text,
  name: text,
  id: Type.Integer(),
  description: text,
  actors: Type.Array(actor),
});
