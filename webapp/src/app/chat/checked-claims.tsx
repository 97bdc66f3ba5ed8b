// What sources say about each claim: a verdict, the quoted sentence, and a link to its place.
import type { Check, Claim } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { current } from "../../state/check.ts";
import { ExternalLink, host } from "../ui/external-link.tsx";

export function CheckedClaims({ check }: { check: Check }) {
  const now = current(check);
  return (
    <>
      <div role="log" aria-live="polite">
        {check.claims.map((claim, index) => (
          <section class="receipt checked" key={claim.text}>
            <p dir="auto">{claim.text}</p>
            <Verdict claim={claim} isWaiting={index === now} linked={!check.simulated} />
          </section>
        ))}
      </div>
      {(check.state === "stopped" || check.state === "interrupted") && (
        <p class="fine-print">{t(`app.check.${check.state}`)}</p>
      )}
      <p class="fine-print">{t("app.check.limits")}</p>
      <p class="fine-print">{t("app.check.by", { model: check.model })}</p>
      {check.simulated && <p class="fine-print">{t("app.check.simulated")}</p>}
    </>
  );
}

interface VerdictProps {
  claim: Claim;
  isWaiting: boolean;
  linked: boolean;
}

function Verdict({ claim, isWaiting, linked }: VerdictProps) {
  const { verdict, quote, link, url } = claim;
  if (verdict === null) {
    return <p class="fine-print">{t(isWaiting ? "app.check.waiting" : "app.check.dropped")}</p>;
  }
  return (
    <>
      <p class={`verdict ${verdict}`}>{t(`app.check.${verdict}`)}</p>
      {quote && <blockquote dir="auto">{quote}</blockquote>}
      {quote && linked && host(url) && (
        <ExternalLink class="link" url={link}>
          {t("app.check.open", { site: host(url) })}
        </ExternalLink>
      )}
    </>
  );
}
