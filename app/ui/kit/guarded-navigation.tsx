import { Link, useNavigate } from "@remix-run/react";
import { type AnchorHTMLAttributes, forwardRef, type MouseEvent, type ReactNode } from "react";
import { useKit } from "./kit.tsx";

/** Navigates only after an unsaved form was saved, discarded or knowingly left. */
export function useGuardedNavigate(): (to: string) => void {
  const navigate = useNavigate();
  const { mayLeave } = useKit();
  return (to) => {
    void mayLeave().then((yes) => {
      if (yes) navigate(to);
    });
  };
}

type LinkProps = AnchorHTMLAttributes<HTMLAnchorElement> & { url: string; external?: boolean; children?: ReactNode };

/** What Polaris uses for every link; without it each link would reload the page. */
export const GuardedLink = forwardRef<HTMLAnchorElement, LinkProps>(function GuardedLink(props, ref) {
  const { url, external, onClick, children, ...rest } = props;
  const { isDirty } = useKit();
  const go = useGuardedNavigate();
  if (external || /^[a-z]+:/i.test(url)) {
    return (
      <a ref={ref} href={url} onClick={onClick} {...rest}>
        {children}
      </a>
    );
  }
  const guard = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (!isDirty() || event.defaultPrevented || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    go(url);
  };
  return (
    <Link ref={ref} to={url} discover="none" onClick={guard} {...rest}>
      {children}
    </Link>
  );
});
