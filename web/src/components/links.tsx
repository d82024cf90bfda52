import { Anchor, type AnchorProps, Button, type ButtonProps, Menu, type MenuItemProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { ComponentProps, ReactNode } from 'react';

type AnchorElement = Omit<ComponentProps<'a'>, keyof ButtonProps>;

export const ButtonLink = createLink((props: ButtonProps & AnchorElement) => (
  <Button component="a" {...props} />
));

export const TextLink = createLink((props: AnchorProps & Omit<ComponentProps<'a'>, keyof AnchorProps>) => (
  <Anchor inherit {...props} />
));

export const MenuLink = createLink(
  (props: MenuItemProps & Omit<ComponentProps<'a'>, keyof MenuItemProps> & { children?: ReactNode }) => (
    <Menu.Item component="a" {...props} />
  ),
);
