import type { Plan } from '../../api/identity-providers.ts';

const refusals: Readonly<Record<string, string>> = {
  'sso-account-disabled': 'The account is deactivated here.',
  'sso-no-account': 'There is no account for them here, and none is made.',
  'sso-account-not-linked':
    'An account here has the user name or e-mail already. Its owner links the provider under “Sign-in and security”, or an administrator links it on the page “Users”.',
  'sso-incomplete': 'The provider does not say enough to make an account.',
};

/** What a real sign-in would do now, in sentences. */
export function PlanWords({ plan }: { plan: Plan }) {
  if (plan.does === 'refuse') {
    return (
      <p>
        They would <strong>not get in</strong>. {refusals[plan.step] ?? plan.step}
        {'problem' in plan && ` (${plan.field}: ${plan.problem})`}
      </p>
    );
  }
  const { account, changes, joins, leaves, missingGroups } = plan;
  return (
    <>
      <p>
        {plan.does === 'create' ? (
          <>
            They would get a <strong>new account</strong>: {account.displayName} ({account.name},{' '}
            {account.email}).
          </>
        ) : (
          <>
            They would be <strong>signed in</strong> as {account.displayName ?? account.name} ({account.name}
            ).
          </>
        )}
      </p>
      <ul>
        {plan.does === 'sign-in' && changes !== null && (
          <li>Changed to: {Object.values(changes).join(', ')}</li>
        )}
        {joins.length > 0 && <li>Joins {joins.join(', ')}</li>}
        {leaves.length > 0 && <li>Leaves {leaves.join(', ')}</li>}
        {missingGroups.length > 0 && <li>Not found here: {missingGroups.join(', ')}</li>}
      </ul>
    </>
  );
}
