import { memo } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import gfm from "remark-gfm";
import remend from "remend";

import { Icon } from "../ui/icons";
import { local } from "../wire/request";

/** Pictures of a model's words are not loaded: they would tell another host that, and what, somebody reads. */
const COMPONENTS: Components = {
  a: ({ href, children }) => <Link href={href}>{children}</Link>,
  img: ({ alt }) => (
    <span className="no-picture">
      <Icon name="box" /> {alt}
    </span>
  ),
  table: ({ children }) => (
    <div className="scroller" tabIndex={0} role="group">
      <table>{children}</table>
    </div>
  ),
};

function Link({ href, children }: { href: string | undefined; children: React.ReactNode }) {
  if (!href || !/^(https?:|mailto:)/i.test(href)) return <>{children}</>;
  const ours = /\/(products|documents)\/[0-9a-f-]{36}$/.test(href);
  return (
    <a href={ours ? local(href) : href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

type Props = { text: string; streaming: boolean };

/** A model's words. HTML in them is text; what is still being written is closed for the eye only. */
export const Markdown = memo(function Markdown({ text, streaming }: Props) {
  return (
    <div className="prose" data-streaming={streaming || undefined}>
      <ReactMarkdown remarkPlugins={[gfm]} components={COMPONENTS}>
        {streaming ? remend(text) : text}
      </ReactMarkdown>
    </div>
  );
});
