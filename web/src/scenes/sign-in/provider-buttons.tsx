import { Button } from '@mantine/core';
import { siteUrl } from '../../api/base.ts';
import type { Ways } from '../../api/identity-providers.ts';

/** A real link: it leaves this site, and a new tab may take it. */
export function ProviderButton({
  provider,
  returnTo,
  main = false,
}: {
  provider: Ways['providers'][number];
  returnTo: string | undefined;
  main?: boolean;
}) {
  const query = returnTo === undefined ? '' : `?${new URLSearchParams({ returnTo })}`;
  return (
    <Button
      component="a"
      href={`${siteUrl}sso/${encodeURIComponent(provider.id)}/start${query}`}
      variant={main ? 'filled' : 'default'}
      fullWidth
    >
      {main ? `Go on to ${provider.name}` : `Sign in with ${provider.name}`}
    </Button>
  );
}
