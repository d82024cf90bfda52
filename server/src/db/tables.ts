import type { Generated, Kysely } from 'kysely';

/** Row types, one interface per table, named as the columns are. Times: integer ms; flags: 0/1; JSON: text. */
export type Flag = 0 | 1;

export interface UserRow {
  id: Generated<number>;
  key: string;
  account_id: string;
  name: string;
  name_folded: string;
  email: string;
  email_folded: string;
  display_name: string;
  /** Folded, so that people are found whatever the case and whatever the database's locale. */
  display_name_folded: string;
  time_zone: string;
  locale: string;
  active: Flag;
  password_hash: string | null;
  /** A second factor is set up. */
  has_factor: Generated<Flag>;
  created_at: number;
  updated_at: number;
}

/** Counts and times that every sign-in changes; apart from `users`, so that reading a user stays cheap to cache. */
export interface SignInRecordRow {
  user_id: number;
  sign_in_count: number;
  failed_count: number;
  last_sign_in_at: number | null;
  previous_sign_in_at: number | null;
  last_failed_at: number | null;
}

/** Failures in a row of one subject from one source; see migration 0004. */
export interface SignInFailureRow {
  subject: string;
  source: string;
  network: string;
  /** As it was typed first, for administrators; of unknown names only what cannot be a secret. */
  name: string;
  failures: number;
  /** Those of them that guessed at a password. */
  password_failures: number;
  /** Checks under way, each of which may become a failure. */
  reserved: number;
  reserved_at: number;
  last_failed_at: number;
  locked_at: number | null;
}

/** Failures of one network; see migration 0010. */
export interface SignInNetworkRow {
  network: string;
  paid_until: number;
  reserved: number;
  reserved_at: number;
}

export interface SignInFailureHourRow {
  /** Hours since 1970. */
  hour: number;
  failures: number;
  /** The alarm was raised in it. */
  alarmed: Flag;
}

export interface KnownDeviceRow {
  id: Generated<number>;
  user_id: number;
  device_hash: string;
  created_at: number;
  last_used_at: number;
  second_step_until: Generated<number | null>;
}

export interface IdentityProviderRow {
  id: Generated<number>;
  kind: string;
  name: string;
  name_folded: string;
  enabled: Flag;
  position: number;
  account_rules: string;
  settings: string;
  sealed: string | null;
  created_at: number;
  updated_at: number;
}

export interface RequiredDomainRow {
  domain: string;
  provider_id: number;
}

export interface ExternalIdentityRow {
  id: Generated<number>;
  provider_id: number;
  subject: string;
  user_id: number;
  created_at: number;
  last_used_at: number | null;
}

/** An application that signs its requests (OAuth 1.0a). */
export interface Oauth1LinkRow {
  id: Generated<number>;
  consumer_key: string;
  name: string;
  /** PEM. */
  public_key: string;
  key_bits: number;
  callback: string | null;
  two_legged_user_id: number | null;
  impersonation: Flag;
  created_at: number;
  updated_at: number;
}

export interface Oauth1RequestTokenRow {
  id: Generated<number>;
  link_id: number;
  token_hash: string;
  callback: string | null;
  decision: 'approved' | 'denied' | null;
  user_id: number | null;
  verifier_hash: string | null;
  created_at: number;
  expires_at: number;
  used_at: number | null;
}

export interface Oauth1AccessTokenRow {
  id: Generated<number>;
  link_id: number;
  user_id: number;
  token_hash: string;
  session_handle_hash: string;
  created_at: number;
  expires_at: number;
  renewable_until: number;
  last_used_at: number | null;
  revoked_at: number | null;
  revoked_by: number | null;
}

export interface Oauth1NonceRow {
  link_id: number;
  use_hash: string;
  kept_until: number;
}

/** An application that may ask for access by OAuth 2.0. */
export interface Oauth2LinkRow {
  id: Generated<number>;
  client_id: string;
  name: string;
  /** SHA-256; null: a public application, which has none. */
  secret_hash: string | null;
  /** JSON list. */
  redirect_uris: string;
  scopes: string;
  grants: string;
  acts_as: number | null;
  created_at: number;
}

export interface Oauth2GrantRow {
  id: Generated<number>;
  grant_key: string;
  link_id: number;
  user_id: number;
  scopes: string;
  redirect_uri: string | null;
  /** JSON. */
  payload: string;
  created_at: number;
  expires_at: number;
  last_used_at: number | null;
}

export interface Oauth2ItemRow {
  id: Generated<number>;
  kind: string;
  item_hash: string;
  grant_key: string | null;
  link_id: number;
  scopes: string | null;
  user_code: string | null;
  /** JSON. */
  payload: string;
  expires_at: number;
  consumed_at: number | null;
}

export interface Oauth2KeyRow {
  id: Generated<number>;
  kid: string;
  state: 'current' | 'former';
  /** JWK of the private key, sealed. */
  sealed_key: string;
  created_at: number;
}

export interface ScimCredentialRow {
  id: Generated<number>;
  provider_id: number;
  label: string;
  /** SHA-256 of the secret. */
  token_hash: string;
  links: 'externalId' | 'userName' | 'none';
  created_at: number;
  last_used_at: number | null;
}

export interface ScimUserRow {
  provider_id: number;
  user_id: number;
  external_id: string | null;
  created_at: number;
  removed_at: number | null;
}

export interface ScimGroupRow {
  provider_id: number;
  group_id: number;
  external_id: string | null;
  created_at: number;
}

export interface ProvidedMemberRow {
  provider_id: number;
  group_id: number;
  user_id: number;
}

export interface SsoFlowRow {
  state_hash: string;
  browser_hash: string;
  provider_id: number;
  purpose: 'sign-in' | 'link' | 'confirm' | 'test';
  user_id: number | null;
  return_to: string | null;
  /** What the provider's kind needs again: nonce, verifier, request id. */
  data: string;
  created_at: number;
  expires_at: number;
  answered_at: number | null;
  ticket_hash: string | null;
  /** Whom the provider vouched for, or why it could not be understood. */
  answer: string | null;
  finished_at: number | null;
}

export interface SsoSessionRow {
  session_id: number;
  provider_id: number;
  subject: string;
  provider_session: string | null;
  detail: string;
}

export interface DirectorySyncRow {
  id: Generated<number>;
  provider_id: number;
  started_at: number;
  ended_at: number | null;
  started_by: 'schedule' | 'administrator';
  outcome: 'running' | 'done' | 'failed';
  problem: string | null;
  /** JSON. */
  counts: string;
  /** JSON. */
  changes: string;
}

export interface DirectorySyncLeaseRow {
  provider_id: number;
  holder: string;
  started_at: number;
  held_until: number;
}

export interface DirectoryDeactivationRow {
  user_id: number;
  provider_id: number;
  account_updated_at: number;
}

export interface SamlKeyRow {
  id: Generated<number>;
  provider_id: number;
  state: 'current' | 'next' | 'former';
  /** PEM. */
  certificate: string;
  /** PEM of the private key, sealed. */
  sealed_key: string;
  created_at: number;
}

export interface UsedSamlMessageRow {
  provider_id: number;
  message_hash: string;
  kept_until: number;
}

export interface TotpFactorRow {
  user_id: number;
  sealed_seed: string;
  confirmed_at: number | null;
  last_step: number;
  created_at: number;
  last_used_at: number | null;
}

export interface RecoveryCodeRow {
  code_hash: string;
  user_id: number;
  created_at: number;
  used_at: number | null;
}

export interface PasskeyRow {
  id: Generated<number>;
  user_id: number;
  credential_id: string;
  /** COSE key, base64url. */
  public_key: string;
  sign_count: number;
  /** JSON list. */
  transports: string;
  name: string;
  backed_up: Flag;
  created_at: number;
  last_used_at: number | null;
}

export interface WebauthnChallengeRow {
  challenge_hash: string;
  purpose: string;
  user_id: number | null;
  expires_at: number;
}

export interface PendingSignInRow {
  secret_hash: string;
  user_id: number;
  via: 'password' | 'sso' | 'sign-in-link';
  /** JSON of what the session is opened with. */
  opening: string;
  return_to: string | null;
  wrong_codes: number;
  created_at: number;
  expires_at: number;
}

export interface FactorFailureRow {
  user_id: number;
  failures: number;
  last_failed_at: number;
}

export interface FactorGroupRow {
  group_id: number;
}

export interface CaptchaRow {
  /** SHA-256 of the visitor's cookie. */
  visitor_hash: string;
  answer_hash: string;
  address: string;
  kind: 'picture' | 'sound';
  expires_at: number;
}

export interface UnlockCodeRow {
  code_hash: string;
  user_id: number;
  created_at: number;
  expires_at: number;
}

/** Mail that waits to be sent; gone once it is. */
export interface MailRow {
  id: Generated<number>;
  recipient: string;
  subject: string;
  text_body: string;
  html_body: string | null;
  created_at: number;
  give_up_at: number;
  /** While it is being sent: when another process may take it that the sender died. */
  next_attempt_at: number;
  attempts: number;
  last_error: string | null;
}

/** An earlier address of an account, good for signing in until its owner removes it. */
export interface UserEmailAliasRow {
  email_folded: string;
  email: string;
  user_id: number;
  created_at: number;
}

/** The address that an account proved to receive mail at; it counts while it is the account's address. */
export interface VerifiedEmailRow {
  user_id: number;
  email_folded: string;
  verified_at: number;
}

export interface EmailCodeRow {
  /** SHA-256 of the code in the link. */
  code_hash: string;
  user_id: number;
  email: string;
  created_at: number;
  expires_at: number;
  used_at: number | null;
}

/** A link of the command line that signs in once. */
export interface SignInLinkRow {
  /** SHA-256 of the code in the link. */
  code_hash: string;
  user_id: number;
  created_at: number;
  expires_at: number;
  used_at: number | null;
}

export interface PasswordCodeRow {
  /** SHA-256 of the code in the link. */
  code_hash: string;
  user_id: number;
  purpose: 'reset' | 'invite';
  /** Where it was sent; it is void once the account has another address. */
  email_folded: string;
  created_at: number;
  expires_at: number;
  used_at: number | null;
}

/** Requests that an account authenticated by password over REST. */
export interface PasswordUseRow {
  user_id: number;
  use_count: number;
  first_used_at: number;
  last_used_at: number;
  address: string;
  user_agent: string;
}

export interface GroupRow {
  id: Generated<number>;
  name: string;
  name_folded: string;
}

export interface GroupMemberRow {
  group_id: number;
  user_id: number;
}

export interface ApiTokenRow {
  id: Generated<number>;
  user_id: number;
  label: string;
  /** Hex SHA-256 of the secret; the secret itself is stored nowhere. */
  token_hash: string;
  /** 'minted': of our own shape; 'registered': an existing secret's value an admin brought in. */
  kind: 'minted' | 'registered';
  created_at: number;
  expires_at: number;
  last_used_at: number | null;
  revoked_at: number | null;
  revoked_by: number | null;
  /** What it is held to, each separated by spaces; null: not at all. */
  scopes: string | null;
  project_ids: string | null;
  addresses: string | null;
  /** An earlier secret of this token, which was rotated. */
  replaced_by: number | null;
  revoked_why: 'owner' | 'administrator' | 'leaked' | null;
  /** The last notice of the coming expiry that was sent, in days before it. */
  expiry_notice: number | null;
  last_used_address: string | null;
  last_used_agent: string | null;
  leak_told_at: number | null;
}

/** Requests of one credential on one day; see migration 0021. */
export interface CredentialUseDayRow {
  kind: 'api-token' | 'oauth1' | 'oauth2';
  credential_id: number;
  /** Days since 1970, UTC. */
  day: number;
  requests: number;
}

export interface CredentialScopeUsedRow {
  kind: CredentialUseDayRow['kind'];
  credential_id: number;
  scope: string;
}

export interface ServiceAccountRow {
  user_id: number;
  owner_id: number | null;
  created_at: number;
}

export interface SessionRow {
  id: Generated<number>;
  token_hash: string;
  user_id: number;
  /** 'rest': JSESSIONID of /rest/auth/1/session; 'web': the web app's own cookie. */
  kind: 'rest' | 'web';
  /** The token that opened the session, which ends with it; null: opened by password. */
  api_token_id: number | null;
  created_at: number;
  last_seen_at: number;
  expires_at: number;
  address: string;
  user_agent: string;
  /** Until when administration asks for no password again; null: it asks. */
  web_sudo_until: number | null;
  /** The remembered sign-in it was made from, or with. */
  series_id: number | null;
  /** The web session whose JSESSIONID this is. */
  opened_with: number | null;
}

export interface RememberMeSeriesRow {
  id: Generated<number>;
  /** SHA-256 of the half of the cookie that stays, and of the half that changes at each use. */
  series_hash: string;
  token_hash: string;
  previous_token_hash: string | null;
  user_id: number;
  rotated_at: number;
  created_at: number;
  expires_at: number;
  address: string;
  user_agent: string;
}

export interface SettingRow {
  key: string;
  value: string;
  updated_at: number;
}

export interface ConfigRevisionRow {
  id: number;
  revision: number;
}

/** Append-only: who did what, from where, by which credential, with which outcome. Never a secret. */
export interface AuditEventRow {
  id: Generated<number>;
  at: number;
  event: string;
  outcome: 'ok' | 'refused';
  actor_user_id: number | null;
  actor_name: string | null;
  via: string;
  credential_id: number | null;
  address: string;
  user_agent: string;
  request_id: string;
  /** What was changed: its name when it was, its kind and id. */
  subject: string | null;
  subject_type: string | null;
  subject_id: number | null;
  /** JSON: see AuditChange. */
  changes: string | null;
  detail: string | null;
  /** Folded; what the text filter looks at. */
  search_text: string;
}

/** A refused request, kept for a week so that it can be explained; never a secret. */
export interface RefusalRow {
  id: Generated<number>;
  request_id: string;
  at: number;
  status: number;
  step: string;
  /** The account that the credential named or belongs to. */
  user_id: number | null;
  /** Who was signed in. */
  asker_id: number | null;
  via: string;
  credential_id: number | null;
  method: string;
  /** The route's pattern: what stood in the address itself is not kept. */
  path: string;
  address: string;
  user_agent: string;
  facts: string | null;
}

export interface SetupCodeRow {
  code_hash: string;
  expires_at: number;
}

export interface GlobalPermissionRow {
  id: Generated<number>;
  permission: string;
  holder_type: 'anyone' | 'group';
  group_id: number | null;
}

export interface PermissionSchemeRow {
  id: Generated<number>;
  name: string;
  name_folded: string;
  description: string;
}

export type HolderType =
  | 'anyone'
  | 'loggedIn'
  | 'group'
  | 'projectRole'
  | 'user'
  | 'reporter'
  | 'assignee'
  | 'projectLead';

export interface PermissionGrantRow {
  id: Generated<number>;
  scheme_id: number;
  permission: string;
  holder_type: HolderType;
  /** Id of the group, role or user; null for the other holder types. */
  holder_id: number | null;
}

export interface ProjectRoleRow {
  id: Generated<number>;
  name: string;
  name_folded: string;
  description: string;
}

export interface ProjectRoleActorRow {
  id: Generated<number>;
  project_id: number;
  role_id: number;
  user_id: number | null;
  group_id: number | null;
}

export interface ProjectRow {
  id: Generated<number>;
  key: string;
  name: string;
  name_folded: string;
  description: string;
  url: string;
  lead_user_id: number;
  type_key: string;
  assignee_type: 'PROJECT_LEAD' | 'UNASSIGNED';
  permission_scheme_id: number;
  issue_type_scheme_id: number;
  workflow_scheme_id: number;
  last_issue_number: number;
  created_at: number;
}

export interface IssueTypeRow {
  id: Generated<number>;
  name: string;
  description: string;
  subtask: Flag;
  hierarchy_level: number;
  position: number;
}

export interface IssueTypeSchemeRow {
  id: Generated<number>;
  name: string;
  description: string;
  default_issue_type_id: number | null;
}

export interface IssueTypeSchemeItemRow {
  scheme_id: number;
  issue_type_id: number;
  position: number;
}

export interface StatusRow {
  id: Generated<number>;
  name: string;
  description: string;
  /** Jira's fixed category ids: 2 To Do (new), 4 In Progress (indeterminate), 3 Done (done), 1 No Category. */
  category_id: number;
  position: number;
}

export interface PriorityRow {
  id: Generated<number>;
  name: string;
  description: string;
  color: string;
  position: number;
}

export interface ResolutionRow {
  id: Generated<number>;
  name: string;
  description: string;
  position: number;
}

export interface WorkflowRow {
  id: Generated<number>;
  name: string;
  description: string;
  /** JSON: see workflows/workflow.ts. */
  definition: string;
}

export interface WorkflowSchemeRow {
  id: Generated<number>;
  name: string;
  description: string;
  default_workflow_id: number;
}

export interface WorkflowSchemeItemRow {
  scheme_id: number;
  issue_type_id: number;
  workflow_id: number;
}

export interface IssueLinkTypeRow {
  id: Generated<number>;
  name: string;
  inward: string;
  outward: string;
}

export interface CustomFieldRow {
  id: Generated<number>;
  name: string;
  description: string;
  /** Jira's full key, com.atlassian.jira.plugin.system.customfieldtypes:textfield … */
  type_key: string;
  searcher_key: string | null;
  position: number;
}

export interface CustomFieldOptionRow {
  id: Generated<number>;
  field_id: number;
  value: string;
  position: number;
  disabled: Flag;
}

export interface IssueRow {
  id: Generated<number>;
  project_id: number;
  number: number;
  issue_type_id: number;
  parent_id: number | null;
  summary: string;
  description: string | null;
  environment: string | null;
  status_id: number;
  priority_id: number | null;
  resolution_id: number | null;
  assignee_id: number | null;
  reporter_id: number | null;
  creator_id: number | null;
  /** yyyy-MM-dd */
  due_date: string | null;
  created_at: number;
  updated_at: number;
  resolved_at: number | null;
  /** Seconds, as are the next two. */
  original_estimate: number | null;
  remaining_estimate: number | null;
  time_spent: number | null;
}

export interface IssueLabelRow {
  issue_id: number;
  label: string;
  label_folded: string;
}

/** One row per value; which value column holds it follows from the field's type. */
export interface CustomFieldValueRow {
  id: Generated<number>;
  issue_id: number;
  field_id: number;
  text_value: string | null;
  number_value: number | null;
  /** Dates as yyyy-MM-dd in text_value; date-times as ms here. */
  time_value: number | null;
  option_id: number | null;
  user_id: number | null;
  position: number;
}

export interface CommentRow {
  id: Generated<number>;
  issue_id: number;
  author_id: number | null;
  updater_id: number | null;
  body: string;
  /** null: everyone who sees the issue. */
  visibility_type: 'group' | 'role' | null;
  visibility_id: number | null;
  created_at: number;
  updated_at: number;
}

export interface IssueLinkRow {
  id: Generated<number>;
  type_id: number;
  source_id: number;
  destination_id: number;
  created_at: number;
}

export interface WorklogRow {
  id: Generated<number>;
  issue_id: number;
  author_id: number | null;
  updater_id: number | null;
  comment: string;
  started_at: number;
  /** Seconds. */
  time_spent: number;
  visibility_type: 'group' | 'role' | null;
  visibility_id: number | null;
  created_at: number;
  updated_at: number;
}

export interface DeletedWorklogRow {
  worklog_id: number;
  deleted_at: number;
}

/** Somebody watches an issue, or voted for it. */
export interface IssueMarkRow {
  issue_id: number;
  kind: 'watch' | 'vote';
  user_id: number;
  created_at: number;
}

export interface ChangeGroupRow {
  id: Generated<number>;
  issue_id: number;
  author_id: number | null;
  created_at: number;
}

export interface ChangeItemRow {
  id: Generated<number>;
  change_group_id: number;
  field: string;
  field_type: 'jira' | 'custom';
  from_value: string | null;
  from_string: string | null;
  to_value: string | null;
  to_string: string | null;
}

/** A change of a field that WAS and CHANGED search; the last row of an issue and field ends where today's value begins. */
export interface HeldValueRow {
  id: Generated<number>;
  issue_id: number;
  field: string;
  value: string | null;
  next_value: string | null;
  since_at: number;
  since_by: number | null;
  until_at: number;
  until_by: number | null;
}

export interface EntityPropertyRow {
  entity_type: 'issue' | 'project' | 'user' | 'comment';
  entity_id: number;
  key: string;
  /** JSON. */
  value: string;
}

export interface Tables {
  users: UserRow;
  sign_in_records: SignInRecordRow;
  sign_in_failures: SignInFailureRow;
  known_devices: KnownDeviceRow;
  totp_factors: TotpFactorRow;
  recovery_codes: RecoveryCodeRow;
  passkeys: PasskeyRow;
  webauthn_challenges: WebauthnChallengeRow;
  pending_sign_ins: PendingSignInRow;
  factor_failures: FactorFailureRow;
  factor_groups: FactorGroupRow;
  sign_in_networks: SignInNetworkRow;
  sign_in_failure_hours: SignInFailureHourRow;
  identity_providers: IdentityProviderRow;
  required_domains: RequiredDomainRow;
  external_identities: ExternalIdentityRow;
  provided_members: ProvidedMemberRow;
  sso_flows: SsoFlowRow;
  sso_sessions: SsoSessionRow;
  directory_syncs: DirectorySyncRow;
  directory_sync_leases: DirectorySyncLeaseRow;
  directory_deactivations: DirectoryDeactivationRow;
  saml_keys: SamlKeyRow;
  used_saml_messages: UsedSamlMessageRow;
  unlock_codes: UnlockCodeRow;
  mails: MailRow;
  user_email_aliases: UserEmailAliasRow;
  verified_emails: VerifiedEmailRow;
  email_codes: EmailCodeRow;
  password_codes: PasswordCodeRow;
  sign_in_links: SignInLinkRow;
  credential_use_days: CredentialUseDayRow;
  credential_scopes_used: CredentialScopeUsedRow;
  service_accounts: ServiceAccountRow;
  oauth1_links: Oauth1LinkRow;
  oauth1_request_tokens: Oauth1RequestTokenRow;
  oauth1_access_tokens: Oauth1AccessTokenRow;
  oauth1_nonces: Oauth1NonceRow;
  scim_credentials: ScimCredentialRow;
  scim_users: ScimUserRow;
  scim_groups: ScimGroupRow;
  oauth2_links: Oauth2LinkRow;
  oauth2_grants: Oauth2GrantRow;
  oauth2_items: Oauth2ItemRow;
  oauth2_keys: Oauth2KeyRow;
  password_uses: PasswordUseRow;
  captchas: CaptchaRow;
  groups: GroupRow;
  group_members: GroupMemberRow;
  api_tokens: ApiTokenRow;
  sessions: SessionRow;
  remember_me_series: RememberMeSeriesRow;
  settings: SettingRow;
  config_revision: ConfigRevisionRow;
  audit_events: AuditEventRow;
  refusals: RefusalRow;
  setup_codes: SetupCodeRow;
  global_permissions: GlobalPermissionRow;
  permission_schemes: PermissionSchemeRow;
  permission_grants: PermissionGrantRow;
  project_roles: ProjectRoleRow;
  project_role_actors: ProjectRoleActorRow;
  projects: ProjectRow;
  issue_types: IssueTypeRow;
  issue_type_schemes: IssueTypeSchemeRow;
  issue_type_scheme_items: IssueTypeSchemeItemRow;
  statuses: StatusRow;
  priorities: PriorityRow;
  resolutions: ResolutionRow;
  workflows: WorkflowRow;
  workflow_schemes: WorkflowSchemeRow;
  workflow_scheme_items: WorkflowSchemeItemRow;
  issue_link_types: IssueLinkTypeRow;
  custom_fields: CustomFieldRow;
  custom_field_options: CustomFieldOptionRow;
  issues: IssueRow;
  issue_labels: IssueLabelRow;
  custom_field_values: CustomFieldValueRow;
  comments: CommentRow;
  issue_links: IssueLinkRow;
  worklogs: WorklogRow;
  deleted_worklogs: DeletedWorklogRow;
  issue_marks: IssueMarkRow;
  change_groups: ChangeGroupRow;
  change_items: ChangeItemRow;
  held_values: HeldValueRow;
  entity_properties: EntityPropertyRow;
}

/** A database handle; a transaction is one too, so a function taking it works inside and outside. */
export type Db = Kysely<Tables>;
