package fakegithub

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestServe lends the fake to programs that cannot import it, for as long as their end
// of standard input is open. It prints its address, its repository's folder and a token.
// A line with the number of a pull request merges that, and is answered by the merge
// commit.
func TestServe(t *testing.T) {
	if os.Getenv("EFGEN_FAKE_GITHUB") != "serve" {
		t.Skip("EFGEN_FAKE_GITHUB does not say serve: .ci/cluster/gitops has its own server")
	}
	server := New(t)
	fmt.Println(server.URL, server.Share(), AppToken)
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		number, err := strconv.Atoi(lines.Text())
		require.NoError(t, err)
		server.Merge(number)
		fmt.Println(server.Head("main"))
	}
}
