import { useQuery } from '@tanstack/react-query';
import { type IdentityProvider, oidcClientQuery } from '../../api/identity-providers.ts';
import { Failure, Loading } from '../../components/states.tsx';
import { Told } from './told.tsx';

export function OidcTold({ provider }: { provider: IdentityProvider }) {
  const told = useQuery(oidcClientQuery(provider.id));
  if (told.isPending) return <Loading rows={4} label="Loading this site’s addresses" />;
  if (told.isError) return <Failure error={told.error} retry={told.refetch} what="list" />;
  const { redirectUri, postLogoutRedirectUri, backchannelLogoutUri } = told.data;
  return (
    <Told
      providerName={provider.name}
      lines={[
        { name: 'Redirect or callback URI', value: redirectUri },
        { name: 'Redirect URI after signing out', value: postLogoutRedirectUri },
        { name: 'Back-channel logout URI', value: backchannelLogoutUri },
      ]}
    />
  );
}
