import { Type } from 'typebox';

const avatarUrls = Type.Object({
  '48x48': Type.String(),
  '24x24': Type.String(),
  '16x16': Type.String(),
  '32x32': Type.String(),
});

const properties = {
  self: Type.String(),
  key: Type.String(),
  name: Type.String(),
  accountId: Type.String(),
  accountType: Type.String(),
  emailAddress: Type.String(),
  avatarUrls,
  displayName: Type.String(),
  active: Type.Boolean(),
  timeZone: Type.String(),
};

export const userSchema = Type.Object(properties);

const group = Type.Object({ name: Type.String(), groupId: Type.String(), self: Type.String() });
const applicationRole = Type.Object({ key: Type.String(), name: Type.String() });

/** A user on their own page; `groups` and `applicationRoles` when `expand` asks for them. */
export const fullUserSchema = Type.Object({
  ...properties,
  locale: Type.String(),
  deleted: Type.Boolean(),
  groups: Type.Optional(Type.Object({ size: Type.Integer(), items: Type.Array(group) })),
  applicationRoles: Type.Optional(Type.Object({ size: Type.Integer(), items: Type.Array(applicationRole) })),
  expand: Type.String(),
});

export const groupSchema = group;

export const groupWithUsersSchema = Type.Object({
  ...group.properties,
  users: Type.Object({
    size: Type.Integer(),
    items: Type.Array(userSchema),
    'max-results': Type.Integer(),
    'start-index': Type.Integer(),
    'end-index': Type.Integer(),
  }),
  expand: Type.String(),
});
