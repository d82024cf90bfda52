import { sql } from 'kysely';
import type { Dialect } from '../dialect.ts';
import type { Migration } from '../migrate.ts';
import type { Db } from '../tables.ts';
import { seedFreshSite } from './fresh-site.ts';

/** Statements that both databases take as they stand, but for `identity` and the type `text`: Dialect has those. */
function tables(identity: string): string[] {
  return [
    `create table users (
      id ${identity},
      key text not null unique,
      account_id text not null unique,
      name text not null,
      name_folded text not null unique,
      email text not null,
      email_folded text not null unique,
      display_name text not null,
      display_name_folded text not null,
      time_zone text not null,
      locale text not null,
      active integer not null,
      password_hash text,
      created_at bigint not null,
      updated_at bigint not null)`,
    `create table sign_in_records (
      user_id bigint primary key references users (id) on delete cascade,
      sign_in_count bigint not null default 0,
      failed_count bigint not null default 0,
      last_sign_in_at bigint,
      previous_sign_in_at bigint,
      last_failed_at bigint)`,
    `create table groups (
      id ${identity},
      name text not null,
      name_folded text not null unique)`,
    `create table group_members (
      group_id bigint not null references groups (id) on delete cascade,
      user_id bigint not null references users (id) on delete cascade,
      primary key (group_id, user_id))`,
    'create index group_members_by_user on group_members (user_id, group_id)',
    `create table api_tokens (
      id ${identity},
      user_id bigint not null references users (id) on delete cascade,
      label text not null,
      token_hash text not null unique,
      kind text not null,
      created_at bigint not null,
      expires_at bigint not null,
      last_used_at bigint,
      revoked_at bigint,
      revoked_by bigint)`,
    'create index api_tokens_by_user on api_tokens (user_id)',
    `create table sessions (
      id ${identity},
      token_hash text not null unique,
      user_id bigint not null references users (id) on delete cascade,
      kind text not null,
      api_token_id bigint references api_tokens (id) on delete cascade,
      created_at bigint not null,
      last_seen_at bigint not null,
      expires_at bigint not null,
      address text not null,
      user_agent text not null)`,
    'create index sessions_by_user on sessions (user_id)',
    'create index sessions_by_expiry on sessions (expires_at)',
    `create table settings (
      key text primary key,
      value text not null,
      updated_at bigint not null)`,
    `create table config_revision (
      id bigint primary key,
      revision bigint not null)`,
    `create table audit_events (
      id ${identity},
      at bigint not null,
      event text not null,
      outcome text not null,
      actor_user_id bigint,
      actor_name text,
      via text not null,
      credential_id bigint,
      address text not null,
      request_id text not null,
      subject text,
      detail text)`,
    'create index audit_events_by_time on audit_events (at)',
    `create table setup_codes (
      code_hash text primary key,
      expires_at bigint not null)`,
    `create table global_permissions (
      id ${identity},
      permission text not null,
      holder_type text not null,
      group_id bigint references groups (id) on delete cascade)`,
    `create table permission_schemes (
      id ${identity},
      name text not null,
      name_folded text not null unique,
      description text not null)`,
    `create table permission_grants (
      id ${identity},
      scheme_id bigint not null references permission_schemes (id) on delete cascade,
      permission text not null,
      holder_type text not null,
      holder_id bigint)`,
    'create index permission_grants_by_scheme on permission_grants (scheme_id)',
    `create table project_roles (
      id ${identity},
      name text not null,
      name_folded text not null unique,
      description text not null)`,
    `create table issue_types (
      id ${identity},
      name text not null,
      description text not null,
      subtask integer not null,
      hierarchy_level integer not null,
      position integer not null)`,
    `create table issue_type_schemes (
      id ${identity},
      name text not null,
      description text not null,
      default_issue_type_id bigint references issue_types (id))`,
    `create table issue_type_scheme_items (
      scheme_id bigint not null references issue_type_schemes (id) on delete cascade,
      issue_type_id bigint not null references issue_types (id),
      position integer not null,
      primary key (scheme_id, issue_type_id))`,
    `create table statuses (
      id ${identity},
      name text not null,
      description text not null,
      category_id bigint not null,
      position integer not null)`,
    `create table priorities (
      id ${identity},
      name text not null,
      description text not null,
      color text not null,
      position integer not null)`,
    `create table resolutions (
      id ${identity},
      name text not null,
      description text not null,
      position integer not null)`,
    `create table workflows (
      id ${identity},
      name text not null unique,
      description text not null,
      definition text not null)`,
    `create table workflow_schemes (
      id ${identity},
      name text not null unique,
      description text not null,
      default_workflow_id bigint not null references workflows (id))`,
    `create table workflow_scheme_items (
      scheme_id bigint not null references workflow_schemes (id) on delete cascade,
      issue_type_id bigint not null references issue_types (id),
      workflow_id bigint not null references workflows (id),
      primary key (scheme_id, issue_type_id))`,
    `create table issue_link_types (
      id ${identity},
      name text not null,
      inward text not null,
      outward text not null)`,
    `create table custom_fields (
      id ${identity},
      name text not null,
      description text not null,
      type_key text not null,
      searcher_key text,
      position integer not null)`,
    `create table custom_field_options (
      id ${identity},
      field_id bigint not null references custom_fields (id) on delete cascade,
      value text not null,
      position integer not null,
      disabled integer not null)`,
    'create index custom_field_options_by_field on custom_field_options (field_id)',
    `create table projects (
      id ${identity},
      key text not null unique,
      name text not null,
      name_folded text not null unique,
      description text not null,
      url text not null,
      lead_user_id bigint not null references users (id),
      type_key text not null,
      assignee_type text not null,
      permission_scheme_id bigint not null references permission_schemes (id),
      issue_type_scheme_id bigint not null references issue_type_schemes (id),
      workflow_scheme_id bigint not null references workflow_schemes (id),
      last_issue_number bigint not null,
      created_at bigint not null)`,
    `create table project_role_actors (
      id ${identity},
      project_id bigint not null references projects (id) on delete cascade,
      role_id bigint not null references project_roles (id) on delete cascade,
      user_id bigint references users (id) on delete cascade,
      group_id bigint references groups (id) on delete cascade)`,
    'create index project_role_actors_by_project on project_role_actors (project_id, role_id)',
    'create index project_role_actors_by_user on project_role_actors (user_id)',
    'create index project_role_actors_by_group on project_role_actors (group_id)',
    `create table issues (
      id ${identity},
      project_id bigint not null references projects (id),
      number bigint not null,
      issue_type_id bigint not null references issue_types (id),
      parent_id bigint references issues (id),
      summary text not null,
      description text,
      environment text,
      status_id bigint not null references statuses (id),
      priority_id bigint references priorities (id),
      resolution_id bigint references resolutions (id),
      assignee_id bigint references users (id),
      reporter_id bigint references users (id),
      creator_id bigint references users (id),
      due_date text,
      created_at bigint not null,
      updated_at bigint not null,
      resolved_at bigint)`,
    'create unique index issues_by_key on issues (project_id, number)',
    'create index issues_by_parent on issues (parent_id) where parent_id is not null',
    'create index issues_by_assignee on issues (assignee_id, updated_at)',
    'create index issues_by_reporter on issues (reporter_id, updated_at)',
    'create index issues_by_status on issues (status_id, project_id)',
    'create index issues_by_update on issues (updated_at)',
    'create index issues_by_creation on issues (created_at)',
    `create table issue_labels (
      issue_id bigint not null references issues (id) on delete cascade,
      label text not null,
      label_folded text not null,
      primary key (issue_id, label))`,
    'create index issue_labels_by_label on issue_labels (label_folded, issue_id)',
    `create table custom_field_values (
      id ${identity},
      issue_id bigint not null references issues (id) on delete cascade,
      field_id bigint not null references custom_fields (id) on delete cascade,
      text_value text,
      number_value double precision,
      time_value bigint,
      option_id bigint references custom_field_options (id),
      user_id bigint references users (id),
      position integer not null)`,
    'create index custom_field_values_by_issue on custom_field_values (issue_id)',
    'create index custom_field_values_by_field on custom_field_values (field_id, issue_id)',
    `create table comments (
      id ${identity},
      issue_id bigint not null references issues (id) on delete cascade,
      author_id bigint references users (id),
      updater_id bigint references users (id),
      body text not null,
      visibility_type text,
      visibility_id bigint,
      created_at bigint not null,
      updated_at bigint not null)`,
    'create index comments_by_issue on comments (issue_id, id)',
    `create table change_groups (
      id ${identity},
      issue_id bigint not null references issues (id) on delete cascade,
      author_id bigint references users (id),
      created_at bigint not null)`,
    'create index change_groups_by_issue on change_groups (issue_id, id)',
    `create table change_items (
      id ${identity},
      change_group_id bigint not null references change_groups (id) on delete cascade,
      field text not null,
      field_type text not null,
      from_value text,
      from_string text,
      to_value text,
      to_string text)`,
    'create index change_items_by_group on change_items (change_group_id)',
    `create table entity_properties (
      entity_type text not null,
      entity_id bigint not null,
      key text not null,
      value text not null,
      primary key (entity_type, entity_id, key))`,
  ];
}

async function up(db: Db, dialect: Dialect): Promise<void> {
  for (const statement of tables(dialect.identity)) {
    await sql.raw(statement.replaceAll(/\btext\b/g, dialect.text)).execute(db);
  }
  await seedFreshSite(db);
  await dialect.continueIdsFrom10000(db, tablesWithIdentity);
}

/** Tables whose ids the database hands out; after the seed each goes on from 10000, or from its highest id. */
const tablesWithIdentity = tables('IDENTITY')
  .filter((statement) => statement.includes('IDENTITY'))
  .map((statement) => /create table (\w+)/.exec(statement)![1]!);

export const core: Migration = { name: '0001-core', up };
