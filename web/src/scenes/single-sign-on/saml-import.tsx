import { Button, FileButton, Group, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { type ProviderSettings, readSamlMetadata } from '../../api/identity-providers.ts';
import { formErrors } from '../../components/form-errors.ts';
import { notifyDone } from '../../components/notify.ts';
import classes from './single-sign-on.module.css';

/** Fills the form from the provider's own description of itself; nothing is stored until it is saved. */
export function SamlImport({ take }: { take: (settings: ProviderSettings) => void }) {
  const [xml, setXml] = useState('');
  const reading = useMutation({
    mutationFn: readSamlMetadata,
    onSuccess: (settings) => {
      setXml('');
      take(settings);
      notifyDone('The metadata is read. Look at the fields below, then save.');
    },
  });
  const { fields, messages } = formErrors(reading.error, ['xml', 'entityId']);
  const error = fields.xml ?? fields.entityId ?? messages[0];
  return (
    <div>
      <Textarea
        label="Metadata of the provider"
        description="Its XML file: paste it or choose the file, and the fields below are filled from it."
        classNames={{ input: classes.pem ?? '' }}
        rows={4}
        spellCheck={false}
        placeholder="<EntityDescriptor …>"
        value={xml}
        onChange={(event) => setXml(event.currentTarget.value)}
        error={error}
      />
      <Group gap="xs" mt={8}>
        <Button
          variant="default"
          size="xs"
          disabled={xml.trim() === ''}
          loading={reading.isPending}
          onClick={() => reading.mutate(xml)}
        >
          Read the metadata
        </Button>
        <FileButton
          accept=".xml,application/xml,text/xml,application/samlmetadata+xml"
          onChange={async (file) => file && reading.mutate(await file.text())}
        >
          {(props) => (
            <Button {...props} variant="subtle" size="xs">
              Choose a file…
            </Button>
          )}
        </FileButton>
      </Group>
    </div>
  );
}
