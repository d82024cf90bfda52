/** What a kind of event is called, and where Jira's audit page would file it. */
export interface EventKind {
  readonly summary: string;
  /** Jira's categories where it has one; `authentication` is ours (Jira does not audit sign-ins). */
  readonly category: string;
}

const kinds = (category: string, summaries: Readonly<Record<string, string>>): [string, EventKind][] =>
  Object.entries(summaries).map(([event, summary]) => [event, { summary, category }]);

/** Every event that is recorded, by name. One that is missing here is recorded all the same. */
export const eventKinds: ReadonlyMap<string, EventKind> = new Map([
  ...kinds('authentication', {
    'sign-in.ok': 'Signed in',
    'sign-in.failed': 'Sign-in failed',
    'sign-in.unreadable': 'Sign-in form could not be read',
    'sign-out': 'Signed out',
    'sign-in.network-limited': 'Sign-ins from a network limited',
    'sign-in.alarm': 'Unusually many failed sign-ins',
    'lock.set': 'Sign-in locked',
    'lock.lifted': 'Sign-in lock lifted',
    'unlock-link.used': 'Unlock link opened',
    'unlock-link.failed': 'Unlock link refused',
    'session.ended': 'Session ended',
    'session.theft-detected': 'Stolen session detected',
    'websudo.ok': 'Administrator access confirmed',
    'websudo.ended': 'Administrator access ended',
    'password.changed': 'Password changed',
    'password-reset.requested': 'Password reset requested',
    'password-reset.done': 'Password reset',
    'password-reset.failed': 'Password link refused',
    'password-hash.renewed': 'Password stored under a newer hash',
    'email.change-requested': 'E-mail address change requested',
    'email.verified': 'E-mail address verified',
    'email.verification-failed': 'E-mail link refused',
    'email-alias.removed': 'E-mail alias removed',
    'second-step.locked': 'Second step locked',
    'authenticator.added': 'Authenticator app added',
    'authenticator.removed': 'Authenticator app removed',
    'passkey.added': 'Passkey added',
    'passkey.renamed': 'Passkey renamed',
    'passkey.removed': 'Passkey removed',
    'passkey.cloned': 'Passkey refused: its counter went back',
    'recovery-code.used': 'Recovery code used',
    'recovery-codes.renewed': 'Recovery codes made',
    'trusted-devices.forgotten': 'Trusted devices forgotten',
    'second-factors.reset': 'Second factors reset',
    'scim-credential.created': 'SCIM credential made',
    'scim-credential.revoked': 'SCIM credential revoked',
    'sign-in-link.issued': 'Sign-in link made on the command line',
    'identity.linked': 'Identity at a provider linked',
    'identity.unlinked': 'Identity at a provider unlinked',
    'application.authorised': 'Application authorised',
    'application.denied': 'Application denied',
    'application.revoked': 'Application no longer authorised',
    'oauth-token.issued': 'OAuth token issued',
    'oauth-token.renewed': 'OAuth token renewed',
    'api-token.created': 'API token created',
    'api-token.rotated': 'API token rotated',
    'api-token.revoked': 'API token revoked',
    'api-token.leaked': 'API token found where others can read it',
  }),
  ...kinds('user management', {
    'user.created': 'User created',
    'user.invited': 'User invited',
    'user.changed': 'User updated',
    'user.deleted': 'User deleted',
    'service-account.created': 'Service account created',
    'service-account.changed': 'Service account updated',
  }),
  ...kinds('group management', {
    'group.created': 'Group created',
    'group.changed': 'Group updated',
    'group.deleted': 'Group deleted',
    'group.member-added': 'User added to group',
    'group.member-removed': 'User removed from group',
  }),
  ...kinds('permissions', {
    'permission-scheme.created': 'Permission scheme created',
    'permission-scheme.changed': 'Permission scheme updated',
    'permission-scheme.deleted': 'Permission scheme deleted',
    'project-role.created': 'Project role created',
    'project-role.changed': 'Project role updated',
    'project-role.deleted': 'Project role deleted',
  }),
  ...kinds('projects', {
    'project.created': 'Project created',
    'project.changed': 'Project updated',
    'project.deleted': 'Project deleted',
    'project.permission-scheme-assigned': 'Permission scheme associated with project',
    'project-role.actors-changed': 'Project roles changed',
  }),
  ...kinds('fields', {
    'custom-field.created': 'Custom field created',
    'custom-field-option.created': 'Custom field options created',
    'custom-field-option.changed': 'Custom field options updated',
    'custom-field-option.deleted': 'Custom field option deleted',
  }),
  ...kinds('system', {
    'site.set-up': 'Site set up',
    'setup-code.issued': 'Set-up link issued',
    'setting.changed': 'Site setting changed',
    'factor-groups.changed': 'Groups that need a second factor changed',
    'identity-provider.created': 'Identity provider added',
    'identity-provider.changed': 'Identity provider changed',
    'identity-provider.deleted': 'Identity provider removed',
    'directory-sync.started': 'Directory sync started by hand',
    'directory.tested': 'Directory tested',
    'saml-key.announced': 'SAML key announced',
    'saml-key.used': 'SAML key taken into use',
    'saml-key.removed': 'SAML key removed',
    'application-link.created': 'Application link added',
    'application-link.changed': 'Application link changed',
    'application-link.deleted': 'Application link removed',
    'mail.given-up': 'Mail could not be sent',
  }),
  ...kinds('auditing', {
    'audit.exported': 'Audit log exported',
    'audit.expired': 'Old audit records deleted',
    'audit.record-added': 'Audit record added',
  }),
]);

export function eventKind(event: string): EventKind {
  return eventKinds.get(event) ?? { summary: event, category: 'system' };
}
