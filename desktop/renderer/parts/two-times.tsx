/** Help: when something was recorded, and which day it bears. The time bar is about the first, "dated until" about the second. */
import type { ComponentChild } from "preact";
import { Dialog } from "./action.tsx";

export function TwoTimes({ close }: { close: () => void }): ComponentChild {
  return (
    <Dialog title="Recorded or dated?" onClose={close} size="wide">
      <div class="help two-times">
        <p>
          Every document and payment has two times: when it was entered (<em>recorded</em>), and the day that it bears (
          <em>dated</em>). A client paid you on 30 December, and you entered the payment on 5 January. What do the books
          say about 31 December?
        </p>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">You choose</th>
              <th scope="col">It answers</th>
              <th scope="col">The payment</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">The time bar at 31 December</th>
              <td>
                What did we <em>know</em> on that day? Everything recorded until then, and nothing that came later.
              </td>
              <td>is not there: nobody had entered it. The invoice is open.</td>
            </tr>
            <tr>
              <th scope="row">Dated until 31 December</th>
              <td>
                What <em>was</em> so on that day, as we know now? Everything dated until then, whenever it was recorded.
              </td>
              <td>counts: it is dated 30 December. The invoice is paid.</td>
            </tr>
            <tr>
              <th scope="row">Both: the bar at 3 January, dated until 31 December</th>
              <td>What did our report of 31 December say when we printed it on 3 January?</td>
              <td>is not there: it was entered two days later.</td>
            </tr>
          </tbody>
        </table>
        <p>
          Nothing can change what the time bar shows: the past is recorded. Figures “dated until” a day change if
          something is entered later with an earlier date. To prevent that, lock the period in the settings.
        </p>
        <button type="button" onClick={close}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
