import { Type } from 'typebox';
import { type Route, route } from '../http/route.ts';
import { daysPerWeek, hoursPerDay } from './durations.ts';

/** Which of Jira's optional features there are; clients ask before they use them. */
export const configurationRoutes = (): Route[] => [
  route({
    method: 'GET',
    path: '/rest/api/2/configuration',
    id: 'getConfiguration',
    tag: 'Site',
    summary: 'Which optional features there are',
    access: 'signed-in',
    scope: 'read:jira-work',
    responses: { 200: Type.Unknown() },
    handle: async () => ({
      votingEnabled: true,
      watchingEnabled: true,
      unassignedIssuesAllowed: true,
      subTasksEnabled: true,
      issueLinkingEnabled: true,
      timeTrackingEnabled: true,
      attachmentsEnabled: false,
      timeTrackingConfiguration: {
        workingHoursPerDay: hoursPerDay,
        workingDaysPerWeek: daysPerWeek,
        timeFormat: 'pretty',
        defaultUnit: 'minute',
      },
    }),
  }),
];
