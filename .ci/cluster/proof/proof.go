// Package proof gathers what the tests have proved against real software, so that
// nothing that should have been proved can be left out in silence.
package proof

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/stretchr/testify/require"
)

// File is the environment variable that names the file which proofs are appended to.
const File = "EFGEN_PROOFS"

// A Proof is one claim that held.
type Proof struct {
	Claim   string  // one of Claims
	By      string  // the software that it held against, with its version
	Count   int     // of how many
	Of      string  // such things
	Seconds float64 // how long that took
}

// Record notes that a claim held, unless the test has failed. A claim about nothing is
// none.
func Record(t testing.TB, claim, by string, count int, of string, started time.Time) {
	t.Helper()
	if t.Failed() {
		return
	}
	require.Contains(t, Claims, claim, "proof.Claims names what has to be proved")
	require.Positive(t, count)
	p := Proof{claim, by, count, of, time.Since(started).Seconds()}
	t.Logf("proved: %s: %d %s, %.1f s, by %s", p.Claim, p.Count, p.Of, p.Seconds, p.By)
	path := os.Getenv(File)
	if path == "" {
		return
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	require.NoError(t, err)
	defer file.Close()
	require.NoError(t, json.NewEncoder(file).Encode(p))
}

// Print reads recorded proofs, prints them as a table, and returns the claims that are not
// among them.
func Print(out io.Writer, recorded io.Reader) (missing []string, err error) {
	proofs := map[string]Proof{}
	lines := bufio.NewScanner(recorded)
	for lines.Scan() {
		var p Proof
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			return nil, fmt.Errorf("read a proof: %w", err)
		}
		proofs[p.Claim] = p
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read the proofs: %w", err)
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "PROVED\tCOUNT\tSECONDS\tBY")
	missing = slices.DeleteFunc(slices.Clone(Claims), func(claim string) bool {
		p, found := proofs[claim]
		if found {
			fmt.Fprintf(table, "%s\t%d %s\t%.1f\t%s\n", p.Claim, p.Count, p.Of, p.Seconds, p.By)
		}
		return found
	})
	return missing, table.Flush()
}
