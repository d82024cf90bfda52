import type { Db } from '../db/tables.ts';

/** The tables of an issue's configuration, whole: small, and read only when the configuration changed. */

export const listIssueTypes = (db: Db) =>
  db.selectFrom('issue_types').selectAll().orderBy('position').orderBy('id').execute();

export const listIssueTypeSchemes = (db: Db) =>
  db.selectFrom('issue_type_schemes').selectAll().orderBy('id').execute();

export const listIssueTypeSchemeItems = (db: Db) =>
  db.selectFrom('issue_type_scheme_items').selectAll().orderBy('scheme_id').orderBy('position').execute();

export const listStatuses = (db: Db) =>
  db.selectFrom('statuses').selectAll().orderBy('position').orderBy('id').execute();

export const listPriorities = (db: Db) =>
  db.selectFrom('priorities').selectAll().orderBy('position').orderBy('id').execute();

export const listResolutions = (db: Db) =>
  db.selectFrom('resolutions').selectAll().orderBy('position').orderBy('id').execute();

export const listIssueLinkTypes = (db: Db) =>
  db.selectFrom('issue_link_types').selectAll().orderBy('id').execute();

export const listWorkflows = (db: Db) => db.selectFrom('workflows').selectAll().orderBy('id').execute();

export const listWorkflowSchemes = (db: Db) =>
  db.selectFrom('workflow_schemes').selectAll().orderBy('id').execute();

export const listWorkflowSchemeItems = (db: Db) =>
  db.selectFrom('workflow_scheme_items').selectAll().execute();

export const listCustomFields = (db: Db) =>
  db.selectFrom('custom_fields').selectAll().orderBy('position').orderBy('id').execute();

export const listCustomFieldOptions = (db: Db) =>
  db.selectFrom('custom_field_options').selectAll().orderBy('position').orderBy('id').execute();
