import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type IdentityProvider, samlServiceProviderQuery } from '../../api/identity-providers.ts';
import { DownloadIcon } from '../../components/icons.tsx';
import { Failure, Loading } from '../../components/states.tsx';
import { Told } from './told.tsx';

export function SamlTold({ provider }: { provider: IdentityProvider }) {
  const told = useQuery(samlServiceProviderQuery(provider.id));
  if (told.isPending) return <Loading rows={4} label="Loading this site’s addresses" />;
  if (told.isError) return <Failure error={told.error} retry={told.refetch} what="list" />;
  const { entityId, acsUrl, sloUrl, metadataUrl } = told.data;
  return (
    <Told
      providerName={provider.name}
      lines={[
        { name: 'Entity ID, identifier or audience; address of the metadata', value: entityId },
        { name: 'ACS, reply or single sign-on URL', value: acsUrl },
        { name: 'Logout or single logout URL', value: sloUrl },
      ]}
    >
      <Button
        component="a"
        href={metadataUrl}
        download="tessera-metadata.xml"
        variant="default"
        mt={14}
        leftSection={<DownloadIcon />}
      >
        Download the metadata
      </Button>
    </Told>
  );
}
