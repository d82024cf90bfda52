import {
  ActionIcon,
  Badge,
  Button,
  type CSSVariablesResolver,
  createTheme,
  localStorageColorSchemeManager,
  type MantineColorsTuple,
  Menu,
  Modal,
  Notification,
  Select,
  Tooltip,
} from '@mantine/core';

/** Green of weathered bronze: the app's one accent. */
const verdigris: MantineColorsTuple = [
  '#edf8f5',
  '#d6efe9',
  '#abdfd3',
  '#7bcbb9',
  '#4fb5a0',
  '#2a9a84',
  '#147d6b',
  '#0e6759',
  '#0b5349',
  '#083f38',
];

/** Fired clay: the mark's second colour, and whatever wants attention without being wrong. */
const clay: MantineColorsTuple = [
  '#fdf2ec',
  '#f9e0d3',
  '#f2bfa5',
  '#ea9b75',
  '#e08a63',
  '#cf6a3e',
  '#b4532a',
  '#934221',
  '#76351b',
  '#5a2815',
];

/** Red lead: refusals, and what cannot be undone. */
const red: MantineColorsTuple = [
  '#fdf0ee',
  '#fadcd8',
  '#f5b7b0',
  '#f2938c',
  '#e4685f',
  '#d2463c',
  '#c1342b',
  '#b3261e',
  '#931d17',
  '#701511',
];

const stone: MantineColorsTuple = [
  '#faf9f7',
  '#f4f2ef',
  '#e9e6e1',
  '#dad6cf',
  '#bcb7ae',
  '#98928a',
  '#6f6a62',
  '#56514b',
  '#3a3632',
  '#1f1d1a',
];

const basalt: MantineColorsTuple = [
  '#dedbd5',
  '#bdb8b0',
  '#a09a91',
  '#7a756c',
  '#474440',
  '#373431',
  '#272522',
  '#1b1a18',
  '#151412',
  '#0e0d0c',
];

/** No web fonts: what the system reads best with, without a byte to fetch. */
const sans =
  "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', 'Liberation Sans', Arial, sans-serif";
const mono = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace";

export const theme = createTheme({
  colors: { verdigris, clay, red, gray: stone, dark: basalt },
  primaryColor: 'verdigris',
  primaryShade: { light: 7, dark: 6 },
  fontFamily: sans,
  fontFamilyMonospace: mono,
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  headings: {
    fontWeight: '620',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.3' },
      h2: { fontSize: '1rem', lineHeight: '1.4' },
      h3: { fontSize: '0.875rem', lineHeight: '1.4' },
    },
  },
  defaultRadius: 'sm',
  radius: { xs: '3px', sm: '5px', md: '8px', lg: '12px', xl: '20px' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: Button.extend({ defaultProps: { size: 'sm' } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray' } }),
    Badge: Badge.extend({
      defaultProps: { variant: 'light', radius: 'xs' },
      styles: { root: { textTransform: 'none', fontWeight: 600 } },
    }),
    Modal: Modal.extend({
      defaultProps: {
        radius: 'md',
        overlayProps: { backgroundOpacity: 0.45 },
        transitionProps: { duration: 120 },
        closeButtonProps: { 'aria-label': 'Close' },
        padding: 'lg',
      },
      classNames: { title: 'dialog-title', content: 'dialog' },
    }),
    Menu: Menu.extend({ defaultProps: { shadow: 'md', transitionProps: { duration: 80 } } }),
    Select: Select.extend({ defaultProps: { comboboxProps: { shadow: 'md' } } }),
    Notification: Notification.extend({ defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 400, withArrow: false } }),
  },
});

/** Mantine's own variables, moved onto our palette; every text colour holds 4.5:1 on the surfaces it is used on. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#fbfaf8',
    '--mantine-color-text': '#26231f',
    '--mantine-color-dimmed': '#6a655d',
    '--mantine-color-placeholder': '#78726a',
    '--mantine-color-default-border': '#d3cec6',
    '--mantine-color-error': '#b3261e',
    '--mantine-color-anchor': '#0e6759',
    '--mantine-color-gray-light-color': '#56514b',
    '--mantine-color-red-light-color': '#b3261e',
  },
  dark: {
    '--mantine-color-body': '#171614',
    '--mantine-color-text': '#e4e1db',
    '--mantine-color-dimmed': '#a09a91',
    '--mantine-color-placeholder': '#918b82',
    '--mantine-color-default-border': '#46423d',
    '--mantine-color-error': '#f2938c',
    '--mantine-color-anchor': '#7bcbb9',
    '--mantine-color-gray-light-color': '#bcb7ae',
    '--mantine-color-red-light-color': '#f2938c',
    '--mantine-color-verdigris-light-color': '#7bcbb9',
  },
});

/** The key that public/color-scheme.js reads before the app is there. */
export const colorSchemeManager = localStorageColorSchemeManager({ key: 'tessera-color-scheme' });
