import type { SVGProps } from 'react';

type IconProps = { size?: number } & Omit<SVGProps<SVGSVGElement>, 'children'>;

/** Decoration only: whatever an icon means is also said in words beside it or in its button's label. */
function Icon({ size = 16, children, ...rest }: { size?: number } & SVGProps<SVGSVGElement>) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
      {...rest}
    >
      {children}
    </svg>
  );
}

export const PlusIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M8 3v10M3 8h10" />
  </Icon>
);
export const SearchIcon = (props: IconProps) => (
  <Icon {...props}>
    <circle cx="7" cy="7" r="4.25" />
    <path d="m10.25 10.25 3 3" />
  </Icon>
);
export const KeyIcon = (props: IconProps) => (
  <Icon {...props}>
    <circle cx="5.25" cy="10.75" r="2.75" />
    <path d="m7.25 8.75 6-6M10.75 5.25l2 2M9 7l1.25 1.25" />
  </Icon>
);
export const ProjectsIcon = (props: IconProps) => (
  <Icon {...props}>
    <rect x="2.5" y="2.5" width="4.5" height="4.5" rx="1" />
    <rect x="9" y="2.5" width="4.5" height="4.5" rx="1" />
    <rect x="2.5" y="9" width="4.5" height="4.5" rx="1" />
    <rect x="9" y="9" width="4.5" height="4.5" rx="1" />
  </Icon>
);
export const IssuesIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.01M2.5 8h.01M2.5 12h.01" />
  </Icon>
);
export const HomeIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M2.5 7.5 8 2.75l5.5 4.75M4 6.5v6.75h8V6.5M6.75 13.25v-3.5h2.5v3.5" />
  </Icon>
);
export const UserIcon = (props: IconProps) => (
  <Icon {...props}>
    <circle cx="8" cy="5.25" r="2.5" />
    <path d="M3 13.25c.5-2.5 2.5-3.75 5-3.75s4.5 1.25 5 3.75" />
  </Icon>
);
export const UsersIcon = (props: IconProps) => (
  <Icon {...props}>
    <circle cx="6" cy="5.5" r="2.25" />
    <path d="M1.75 12.75c.4-2.2 2.1-3.25 4.25-3.25s3.85 1.05 4.25 3.25M10.5 3.5a2.25 2.25 0 0 1 0 4M12 9.9c1.2.5 2 1.45 2.25 2.85" />
  </Icon>
);
export const MenuIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M2.5 4.25h11M2.5 8h11M2.5 11.75h11" />
  </Icon>
);
export const MoreIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M3.25 8h.01M8 8h.01M12.75 8h.01" strokeWidth="2.25" />
  </Icon>
);
export const CheckIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="m3 8.5 3.25 3.25L13 4.75" />
  </Icon>
);
export const CloseIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="m4 4 8 8M12 4l-8 8" />
  </Icon>
);
export const CopyIcon = (props: IconProps) => (
  <Icon {...props}>
    <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
    <path d="M10.5 3v-.001A.5.5 0 0 0 10 2.5H4A1.5 1.5 0 0 0 2.5 4v6a.5.5 0 0 0 .5.5" />
  </Icon>
);
export const PencilIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="m3 13 .6-2.7L10.9 3a1.4 1.4 0 0 1 2 2L5.7 12.4 3 13Z" />
  </Icon>
);
export const TrashIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.5 8.5h6l.5-8.5M7 7v3.5M9 7v3.5" />
  </Icon>
);
export const SunIcon = (props: IconProps) => (
  <Icon {...props}>
    <circle cx="8" cy="8" r="2.5" />
    <path d="M8 1.75v1.25M8 13v1.25M1.75 8H3M13 8h1.25M3.6 3.6l.9.9M11.5 11.5l.9.9M3.6 12.4l.9-.9M11.5 4.5l.9-.9" />
  </Icon>
);
export const MoonIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M13.25 9.5A5.5 5.5 0 0 1 6.5 2.75a5.5 5.5 0 1 0 6.75 6.75Z" />
  </Icon>
);
export const AutoIcon = (props: IconProps) => (
  <Icon {...props}>
    <rect x="2" y="3" width="12" height="8" rx="1.25" />
    <path d="M6 13.5h4" />
  </Icon>
);
export const HelpIcon = (props: IconProps) => (
  <Icon {...props}>
    <circle cx="8" cy="8" r="5.75" />
    <path d="M6.4 6.3A1.65 1.65 0 0 1 9.6 6.8c0 1.1-1.6 1.3-1.6 2.3M8 11.25h.01" />
  </Icon>
);
export const BookIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M3 3.5c2-.7 3.7-.5 5 .5 1.3-1 3-1.2 5-.5v9c-2-.7-3.7-.5-5 .5-1.3-1-3-1.2-5-.5v-9ZM8 4v9" />
  </Icon>
);
export const SignOutIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M6.5 2.75H3.75a1 1 0 0 0-1 1v8.5a1 1 0 0 0 1 1H6.5M10.25 5.25 13 8l-2.75 2.75M13 8H6.25" />
  </Icon>
);
export const ChevronDownIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="m4 6.25 4 4 4-4" />
  </Icon>
);
export const ChevronLeftIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="m9.75 4-4 4 4 4" />
  </Icon>
);
export const ChevronRightIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="m6.25 4 4 4-4 4" />
  </Icon>
);
export const ArrowUpIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M8 13V3.5M4 7.25 8 3.25l4 4" />
  </Icon>
);
export const ArrowDownIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M8 3v9.5M4 8.75l4 4 4-4" />
  </Icon>
);
export const AlertIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M8 2.5 14.25 13H1.75L8 2.5ZM8 6.5v3M8 11.25h.01" />
  </Icon>
);
export const LockIcon = (props: IconProps) => (
  <Icon {...props}>
    <rect x="3" y="7" width="10" height="6.5" rx="1.25" />
    <path d="M5.25 7V5a2.75 2.75 0 0 1 5.5 0v2" />
  </Icon>
);
export const LinkIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M6.75 9.25a2.5 2.5 0 0 0 3.55 0l2.2-2.2a2.5 2.5 0 0 0-3.55-3.55l-.7.7M9.25 6.75a2.5 2.5 0 0 0-3.55 0l-2.2 2.2a2.5 2.5 0 0 0 3.55 3.55l.7-.7" />
  </Icon>
);
export const PlugIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M5.75 2.5v3M10.25 2.5v3M3.75 5.5h8.5v2.25a4.25 4.25 0 0 1-8.5 0V5.5ZM8 12v2" />
  </Icon>
);
export const RobotIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M4.5 5.5h7A1.25 1.25 0 0 1 12.75 6.75v5a1.25 1.25 0 0 1-1.25 1.25h-7a1.25 1.25 0 0 1-1.25-1.25v-5A1.25 1.25 0 0 1 4.5 5.5ZM8 5.5V3M6.25 8.5v1M9.75 8.5v1M1.5 8.5v2M14.5 8.5v2" />
    <circle cx="8" cy="2.5" r="0.5" />
  </Icon>
);
export const CommentIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M2.5 4A1.25 1.25 0 0 1 3.75 2.75h8.5A1.25 1.25 0 0 1 13.5 4v5.5a1.25 1.25 0 0 1-1.25 1.25H7L4 13.25v-2.5h-.25A1.25 1.25 0 0 1 2.5 9.5V4Z" />
  </Icon>
);
export const ClockIcon = (props: IconProps) => (
  <Icon {...props}>
    <circle cx="8" cy="8" r="5.5" />
    <path d="M8 5v3.25l2.25 1.25" />
  </Icon>
);
export const TerminalIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="m3 4.5 3 3-3 3M8 11.5h5" />
  </Icon>
);
export const RetryIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M13 8a5 5 0 1 1-1.6-3.65M13 2.75V5.25h-2.5" />
  </Icon>
);
export const ShieldIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M8 2.25 13 4v3.75c0 3-2.1 5.05-5 6-2.9-.95-5-3-5-6V4z" />
    <path d="m5.9 7.9 1.5 1.5 2.7-3" />
  </Icon>
);
export const SlidersIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M2.5 5h5.25M11.75 5h1.75M2.5 11h1.75M8.25 11h5.25" />
    <circle cx="9.75" cy="5" r="1.75" />
    <circle cx="6.25" cy="11" r="1.75" />
  </Icon>
);
export const PulseIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M1.75 8.5h3l1.75-4.75 3 8.5 1.75-3.75h3" />
  </Icon>
);
export const LedgerIcon = (props: IconProps) => (
  <Icon {...props}>
    <rect x="3" y="2.25" width="10" height="11.5" rx="1.5" />
    <path d="M5.75 5.5h4.5M5.75 8h4.5M5.75 10.5h2.5" />
  </Icon>
);
export const PasswordIcon = (props: IconProps) => (
  <Icon {...props}>
    <rect x="1.75" y="4.75" width="12.5" height="6.5" rx="1.5" />
    <path d="M5 8h.01M8 8h.01M11 8h.01" strokeWidth="2" />
  </Icon>
);
export const SoundIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M2.5 6.25v3.5h2.25L8 12.5v-9L4.75 6.25z" />
    <path d="M10.5 6a3 3 0 0 1 0 4M12.25 4.25a5.5 5.5 0 0 1 0 7.5" />
  </Icon>
);
export const MailIcon = (props: IconProps) => (
  <Icon {...props}>
    <rect x="2" y="3.5" width="12" height="9" rx="1.5" />
    <path d="m2.5 5 5.5 4 5.5-4" />
  </Icon>
);
export const DownloadIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M8 2.75v7M5.25 7.25 8 10l2.75-2.75M3 12.75h10" />
  </Icon>
);
export const EyeIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8Z" />
    <circle cx="8" cy="8" r="1.9" />
  </Icon>
);
export const VoteIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M8 3 3 8.75h2.9v4.25h4.2V8.75H13L8 3Z" />
  </Icon>
);
export const HourglassIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M4 2.5h8M4 13.5h8M4.75 2.5c0 3 3.25 3.75 3.25 5.5s-3.25 2.5-3.25 5.5M11.25 2.5c0 3-3.25 3.75-3.25 5.5s3.25 2.5 3.25 5.5" />
  </Icon>
);
